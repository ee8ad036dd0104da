/**
 * The values that the document shows where an id or a name is asked for. The access test makes a world in which
 * there are just these, and calls every operation with them (test/unit/access).
 */
export const EXAMPLE = {
  team: 'acme',
  email: 'ada@acme.example',
  repository: 'acme/shop',
  build: 'b-3f9a1c07d25e48b6a1f0c7d2',
  waitingBuild: 'b-8d04e6b1f2a97c35e0b46d1a',
  delivery: 'd-90c2b7e41fa84d5c8e6b1a37',
  deadLetter: 'dl-5be07c19d3a2468f90e1b7c4',
  token: 't-c41d8f2ab90e4e67a53c1f08',
  secret: 'NPM_TOKEN',
  registry: 'rg-6a0d91c4be7f2358d1e0',
  digest: `sha256:${'7d1f03ab'.repeat(8)}`,
  tag: 'v1.2.0',
} as const;
