import type { Api } from './api.ts';
import { Screen } from './screen.ts';
import type { SettingName } from './setting-names.ts';
import type { Settings } from './settings.ts';
import type { Surroundings } from './streams.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly url?: string | undefined;
  readonly team?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  /** False with `--no-color`. */
  readonly color?: boolean | undefined;
}

/** What a command works with. Settings and service are looked for when they are asked for: most starts need neither. */
export class Cli {
  readonly around: Surroundings;
  readonly screen: Screen;
  readonly options: GlobalOptions;
  readonly version: string;
  #settings: Promise<Settings> | undefined;
  #api: Promise<Api> | undefined;

  constructor(around: Surroundings, options: GlobalOptions, version: string) {
    const { json = false, quiet = false, color = true } = options;
    this.around = around;
    this.options = options;
    this.version = version;
    this.screen = new Screen(around, { json, quiet, color });
  }

  /** Ctrl-C. */
  get signal(): AbortSignal {
    return this.around.signal;
  }

  /** The settings, with who said so. Throws CliError (2) for one that is not as it should be. */
  settings(): Promise<Settings> {
    this.#settings ??= this.#readSettings();
    return this.#settings;
  }

  /** A setting's value; null: nobody gave one. */
  async setting(name: SettingName): Promise<string | null> {
    return (await this.settings())[name].value;
  }

  /** The service, as somebody who is signed in there. Throws CliError where no service is set (2), or without a token (3). */
  api(): Promise<Api> {
    this.#api ??= this.#connect();
    return this.#api;
  }

  async #readSettings(): Promise<Settings> {
    const { readSettings } = await import('./settings.ts');
    return readSettings({ url: this.options.url, team: this.options.team }, this.around.env);
  }

  async #connect(): Promise<Api> {
    const { connect } = await import('./connect.ts');
    return connect(this);
  }
}
