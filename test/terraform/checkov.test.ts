import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';

const Report = z.object({
  results: z.object({
    failed_checks: z.array(
      z.object({ check_id: z.string(), check_name: z.string(), resource: z.string(), file_path: z.string() }),
    ),
    skipped_checks: z.array(
      z.object({
        check_id: z.string(),
        resource: z.string(),
        check_result: z.object({ suppress_comment: z.string() }),
      }),
    ),
    parsing_errors: z.array(z.string()),
  }),
  summary: z.object({ passed: z.number(), resource_count: z.number() }),
});

async function checkov(folder: string) {
  const { python, packages } = inject('terraform').checkov;
  const args = ['-m', 'checkov.main', '--directory', folder, '--framework', 'terraform'];
  const { stdout } = await execa(
    python,
    [...args, '--output', 'json', '--compact', '--skip-download', '--soft-fail'],
    {
      env: { PYTHONPATH: packages, LOG_LEVEL: 'ERROR' },
    },
  );
  return Report.parse(JSON.parse(stdout));
}

describe('checkov', () => {
  it('finds nothing that is not mended, or explained in place', async () => {
    const { results, summary } = await checkov(join(inject('terraform').dir, 'terraform'));
    expect(results.failed_checks.map(({ check_id, resource }) => `${check_id} ${resource}`)).toEqual([]);
    expect(results.parsing_errors).toEqual([]);
    expect(summary.resource_count).toBeGreaterThan(50);
    const unexplained = results.skipped_checks.filter(
      ({ check_result }) => check_result.suppress_comment.length < 20,
    );
    expect(unexplained.map(({ check_id, resource }) => `${check_id} ${resource}`)).toEqual([]);
  });
});
