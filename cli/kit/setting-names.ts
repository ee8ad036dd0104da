/** What may be set: as an option, in the environment and in the config file. */
export const SETTING_NAMES = ['url', 'team'] as const;
export type SettingName = (typeof SETTING_NAMES)[number];
