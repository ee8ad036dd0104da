import { parseArgs } from 'node:util';
import { z } from 'zod';
import { firestoreClient } from '#adapters/clients.ts';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { UserError } from '#core/errors.ts';
import { Email } from '#core/member.ts';
import { TeamId } from '#core/team.ts';
import { firstTeam } from '#use-cases/first-team.ts';

const USAGE = `npm run first-team -- --team ID --name NAME --admin EMAIL [--project PROJECT]

  makes the team that operates the installation, and its first admin, once. It writes to the project's Firestore
  with your own credentials (gcloud auth application-default login); GOOGLE_CLOUD_PROJECT may name the project.`;

const Options = z.object({
  team: TeamId,
  name: z.string().min(1).max(100),
  admin: Email,
  project: z.string().min(1),
});

const { values } = parseArgs({
  options: {
    team: { type: 'string' },
    name: { type: 'string' },
    admin: { type: 'string' },
    project: { type: 'string', default: process.env.GOOGLE_CLOUD_PROJECT ?? '' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const options = Options.safeParse(values);
if (!options.success) {
  console.error(`${z.prettifyError(options.error)}\n\n${USAGE}`);
  process.exit(2);
}

const { team: id, name, admin, project } = options.data;
const firestore = firestoreClient(project);
try {
  await firstTeam({ store: firestoreStore(firestore), now: Date.now }, { id, name, admin });
  console.log(
    `The team ${id} is there, and ${admin} is its admin. They sign in, and GET /v1/me tells them so.`,
  );
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`Nothing was changed: ${error.message}.`);
  process.exitCode = 1;
} finally {
  await firestore.terminate();
}
