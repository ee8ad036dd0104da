import { z } from 'zod';

const Text = z.string().catch('');

/** What Gitee says of a refusal: `{"message"}`, or as OAuth has it `{"error", "error_description"}`. Never fails. */
export const Said = z
  .object({
    message: z.union([z.string(), z.array(z.string()).transform((all) => all.join(', '))]).catch(''),
    error: Text,
    error_description: Text,
  })
  .transform(({ message, error, error_description }) => message || error_description || error)
  .catch('');
