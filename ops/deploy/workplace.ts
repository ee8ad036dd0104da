import { join } from 'node:path';
import type { Workplace } from '../cloud/terraform.ts';
import type { Context, Made } from './context.ts';

type Place = Pick<Context, 'root' | 'values' | 'options'>;

export const rootFolder = ({ root }: Pick<Place, 'root'>) => join(root, 'terraform');

/** What we and Terraform keep of an environment between runs, git-ignored. */
const scratch = ({ root, values }: Omit<Place, 'options'>) => join(root, '.bitflow/deploy', values.project);

/** What the configuration reads beside its own folder, by paths from there. */
export const READ_BESIDE = ['firestore.indexes.json'];

/** Where a project without any state is planned: in a folder of its own, with READ_BESIDE where they are in a checkout. */
export const emptyStateFolder = (place: Omit<Place, 'options'>) =>
  join(scratch(place), 'empty-state/terraform');

/** Where Terraform runs. */
export function workplace(place: Place, made: Made): Workplace {
  const isEmpty = made.stateBucket === null;
  return {
    folder: isEmpty ? emptyStateFolder(place) : rootFolder(place),
    scratch: scratch(place),
    project: place.values.project,
    varFile: place.options.varFilePath,
    variables: {
      ...(made.projectNumber !== undefined && { project_number: made.projectNumber }),
      ...(isEmpty && made.bundle && { bundles: made.bundle.folder }),
    },
  };
}
