import { defineConfig } from 'vitest/config';

const MINUTE = 60_000;

/** Five kinds of tests, from the fastest to the most real. `npm test` runs them all, in this order. */
export default defineConfig({
  test: {
    projects: [
      // Pure functions share a process: importing them once for all files halves the time.
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          globalSetup: 'test/support/with-temporary.ts',
          testTimeout: 20_000,
          isolate: false,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          testTimeout: MINUTE,
          hookTimeout: MINUTE,
        },
      },
      // What is deployed, planned against the providers' schema.
      {
        test: {
          name: 'terraform',
          include: ['test/terraform/**/*.test.ts'],
          globalSetup: 'test/support/with-terraform.ts',
          testTimeout: 3 * MINUTE,
          hookTimeout: 3 * MINUTE,
          maxConcurrency: 2,
        },
      },
      {
        test: {
          name: 'emulator',
          include: ['test/emulator/**/*.test.ts'],
          globalSetup: 'test/support/with-emulators.ts',
          testTimeout: MINUTE,
          hookTimeout: MINUTE,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/with-temporary.ts', 'test/support/with-stack.ts'],
          testTimeout: 5 * MINUTE,
          hookTimeout: 2 * MINUTE,
          // One stack, two build slots, two cores: files one after the other, two tests side by side at most.
          fileParallelism: false,
          maxConcurrency: 2,
        },
      },
    ],
  },
});
