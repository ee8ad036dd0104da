/** The kinds of variables: what the build's commands see, and what runs in the image has. Neither sees the other. */
export const KINDS = ['build', 'run'] as const;
export type Kind = (typeof KINDS)[number];

/** `--build` and `--run`, each meaning its kind. */
export type KindOptions = Readonly<Partial<Record<Kind, boolean | undefined>>>;

export const kindsOf = (options: KindOptions): readonly Kind[] => KINDS.filter((kind) => options[kind]);
