import { describe, expect, it } from 'vitest';
import { phaseAt, rewriteDockerfile } from '#builder/builders/nixpacks/rewrite.ts';

/** What nixpacks 1.41.0 generates, shortened. */
const GENERATED = `FROM ghcr.io/railwayapp/nixpacks:ubuntu-1745885067

ENTRYPOINT ["/bin/bash", "-l", "-c"]
WORKDIR /app/


COPY .nixpacks/nixpkgs-51.nix .nixpacks/nixpkgs-51.nix
RUN nix-env -if .nixpacks/nixpkgs-51.nix && nix-collect-garbage -d

COPY .nixpacks/assets /assets/
ARG CGO_ENABLED CI TOKEN
ENV CGO_ENABLED=$CGO_ENABLED CI=$CI TOKEN=$TOKEN

# setup phase
RUN  mkdir /x

# install phase
ENV NIXPACKS_PATH=/app/bin:$NIXPACKS_PATH
COPY . /app/.
RUN --mount=type=cache,id=acme-x,target=/root/.cache go mod download

# build phase
COPY . /app/.
RUN  go build -o out

RUN printf '\\nPATH=/app/bin:$PATH' >> /root/.profile

# start
FROM ubuntu:noble
COPY --from=0 /etc/ssl/certs /etc/ssl/certs
RUN true
COPY --from=0 /app/ /app/

CMD ["./out"]
`;
const VARIABLES = { runtime: ['CGO_ENABLED'], build: ['CI'] };

describe('the rewritten Dockerfile', () => {
  it('keeps run-time variables, takes build variables out of the image, and mounts secrets', () => {
    expect(rewriteDockerfile(GENERATED, VARIABLES, ['TOKEN'])).toMatchSnapshot();
  });

  it('has no secret in ARG or ENV, and shows it to the commands of the app only', () => {
    const lines = rewriteDockerfile(GENERATED, VARIABLES, ['TOKEN']).split('\n');
    const naming = lines.filter((line) => line.includes('TOKEN'));
    expect(
      naming.every((line) => line.startsWith('RUN --mount=type=secret,id=TOKEN,env=TOKEN,required=true ')),
    ).toBe(true);
    expect(naming.map((line) => line.replace(/^.*required=true (?:--mount=type=cache\S+ )?/, ''))).toEqual([
      'go mod download',
      'go build -o out',
    ]);
  });

  it('fails rather than to let a secret through', () => {
    const sly = GENERATED.replace('COPY . /app/.', 'ENV COPY_OF=$TOKEN\nCOPY . /app/.');
    expect(() => rewriteDockerfile(sly, VARIABLES, ['TOKEN'])).toThrow(/keep the secret TOKEN/);
    expect(() => rewriteDockerfile('FROM x\nARG TOKEN\nRUN y', VARIABLES, ['TOKEN'])).toThrow(
      /unknown nixpacks/,
    );
  });

  it('knows which phase a line belongs to', () => {
    const text = rewriteDockerfile(GENERATED, VARIABLES, []);
    const lineOf = (part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;
    expect(phaseAt(text, lineOf('go mod download'))).toBe('install');
    expect(phaseAt(text, lineOf('go build'))).toBe('build');
    expect(phaseAt(text, 2)).toBeNull();
  });
});
