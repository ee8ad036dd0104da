import { type Section, terms, text } from '../page.ts';

export const ids: readonly Section[] = [
  {
    title: 'Repositories',
    blocks: [
      text(
        'A repository is `owner/repo`, as its git host has it, or its id. Left out, it is the one of the git remote of this folder: of `origin`, else of the only remote there is.',
      ),
    ],
  },
  {
    title: 'Ids',
    blocks: [
      text(
        'Things that the service made have an id, and its first letters say of what. It may be shortened to what is unambiguous: `bitflow builds show b-3f` is the one build whose id begins with `b-3f`. Where several do, the command says which (exit code 2), and does nothing.',
      ),
      terms([
        { term: 'b-…', text: 'a build' },
        { term: 'r-…', text: 'a connected repository' },
        { term: 'd-…', text: 'a delivery: what a git host sent' },
        { term: 'dl-…', text: 'a dead letter: a message that a function gave up' },
        { term: 't-…', text: 'a token' },
        { term: 'rg-…', text: 'a registry' },
        { term: 'sha256:…', text: 'an image, by its digest' },
      ]),
    ],
  },
];
