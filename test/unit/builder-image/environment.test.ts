import { describe, expect, it } from 'vitest';
import { addEnvironment } from '#builder/environment.ts';
import { aPlan } from './support/plan-input.ts';

const environment = { GREETING: 'hello, "you"\nand $HOME', ANSWER: '42' };
const DECLARED = [
  'ARG BITFLOW_ENV_ANSWER',
  'ENV ANSWER=$BITFLOW_ENV_ANSWER',
  'ARG BITFLOW_ENV_GREETING',
  'ENV GREETING=$BITFLOW_ENV_GREETING',
];

const added = (text: string, target: string | null = null) => {
  const dockerfile = { path: 'Dockerfile', text, ignore: null };
  return addEnvironment(aPlan({ dockerfile, target }), environment).dockerfile.text.split('\n');
};

describe('the environment of an image', () => {
  it('comes last, with its values beside the Dockerfile', () => {
    const plan = aPlan({ dockerfile: { path: 'a/Dockerfile', text: 'FROM x\nRUN y\n', ignore: 'z' } });
    const { dockerfile, buildArgs, variables } = addEnvironment(plan, environment);
    expect(dockerfile).toEqual({
      path: null,
      text: ['FROM x', 'RUN y', ...DECLARED, ''].join('\n'),
      ignore: 'z',
    });
    expect(buildArgs).toMatchObject({
      BITFLOW_ENV_GREETING: environment.GREETING,
      BITFLOW_ENV_ANSWER: '42',
    });
    expect(variables.runtime).toEqual(['ANSWER', 'GREETING']);
  });

  it('changes nothing where there is none', () => {
    const plan = aPlan();
    expect(addEnvironment(plan, {})).toBe(plan);
  });

  it.each([
    ['a name in any case', 'first'],
    ['a number', '0'],
  ])('goes to the end of the stage that is built: %s', (_, target) => {
    const text = 'FROM x AS First\nRUN <<EOF\nFROM in a document\nEOF\nfrom y\nRUN z';
    expect(added(text, target)).toEqual([
      ...text.split('\n').slice(0, 4),
      ...DECLARED,
      ...text.split('\n').slice(4),
      '',
    ]);
  });

  it('knows the escape character that the Dockerfile names', () => {
    const text = '# escape=`\nFROM x\nRUN a `\nFROM y\nRUN dir c:\\';
    expect(added(text)).toEqual([...text.split('\n'), ...DECLARED, '']);
  });

  it.each([
    ['a line that continues', 'FROM x\nRUN y \\\n'],
    ['an open here-document', 'FROM x\nRUN <<EOF\ny\n'],
  ])('is refused after %s, which would take it in', (_, text) => {
    expect(() => added(text)).toThrow(expect.objectContaining({ code: 'dockerfile_invalid', fault: 'user' }));
  });

  it('leaves it to BuildKit to say what is wrong with the Dockerfile', () => {
    expect(added('RUN x\n').join('\n')).toBe('RUN x\n');
    expect(added('FROM x\n', 'nothing').join('\n')).toBe('FROM x\n');
  });
});
