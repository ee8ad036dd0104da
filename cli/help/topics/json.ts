import { code, type Section, text } from '../page.ts';

export const json: readonly Section[] = [
  {
    title: 'What --json prints',
    blocks: [
      text(
        'What the API answers, as it came: its reference is docs/api.md, and `/docs` of the service. A list is one page of the API with as many things as `--limit` says, `{"builds": […], "next_cursor": …}`; a thing is that thing. Fields that a newer service adds are there too, and none is renamed or taken away within `v1`.',
      ),
      text(
        'A command that follows something prints one JSON value a line, the last one being what it ended with. Where the API has nothing to answer, the command prints a small object that says what was done, such as `{"repository": "acme/shop", "done": "disconnected"}`.',
      ),
      text('Nothing else is on stdout. Remarks and errors are on stderr; there an error is one JSON object.'),
    ],
  },
  {
    title: 'Without --json',
    blocks: [
      text(
        'Lists are tables in a terminal. In a pipe each row is a line, its cells separated by tabs, whole, and without a head: good for `cut` and `awk`. Their columns may change between versions; JSON does not.',
      ),
      code(
        'bitflow builds list --json | jq -r \'.builds[] | select(.status == "failed").id\'',
        'bitflow builds list | cut -f1',
      ),
    ],
  },
];
