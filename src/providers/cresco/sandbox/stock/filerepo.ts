import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Params, PluginContext, PluginInstance, PluginMaker } from '../plugin.ts';
import { openCatalogue, type Catalogue, type RepoFile } from './catalogue.ts';
import { confine, OUTSIDE, type Confine } from './confine.ts';
import { fileAction } from './file-actions.ts';
import { fieldsIn, filesIn, packFiles, placeFields, placeIn, type RepoPlace } from './file-messages.ts';
import { ownFolder, type StockOptions } from './options.ts';
import { pullFile } from './pull-file.ts';
import { openShelf, type Shelf } from './shelf.ts';

/** `io.cresco.filerepo` (sheet 6.2): a producer tells of the files in its folder, consumers of the same name fetch them into theirs. */
export const filerepo =
  (options: StockOptions): PluginMaker =>
  (context) =>
    new FileRepo(context, { within: confine(options.allowedFolders), shelf: openShelf(join(ownFolder(options, context), 'jars')) });

interface Delivery {
  readonly files: readonly RepoFile[];
  readonly params: Params;
  readonly from: RepoPlace;
  readonly folder: string;
  readonly confirm: boolean;
}

const CLASS = 'io.cresco.filerepo.Plugin';

export class FileRepo implements PluginInstance {
  readonly context: PluginContext;
  readonly within: Confine;
  readonly shelf: Shelf;
  /** The streams that are under way, by transfer id. */
  readonly streams = new Map<string, AbortController>();
  /** Real paths; undefined before the start and where there is none. */
  scanFolder: string | undefined;
  repoFolder: string | undefined;
  catalogue: Catalogue | undefined;
  /** `repolistin` and `putfiles` are worked off one after another, so that the last one to name a file wins. */
  #pulls: Promise<void> = Promise.resolve();
  #ends: (() => void)[] = [];
  readonly #subscribers = new Map<string, RepoPlace>();
  readonly #stopped = new AbortController();
  readonly #background = new Set<Promise<void>>();
  #transferId = -1;

  constructor(context: PluginContext, { within, shelf }: { readonly within: Confine; readonly shelf: Shelf }) {
    this.context = context;
    this.within = within;
    this.shelf = shelf;
  }

  /** False, with the reason in the agent's log, where a folder may not be touched. */
  async start(): Promise<boolean> {
    const { scan_dir, repo_dir, scan_recursive } = this.context.config;
    const role = roleOf(this.context.config);
    if (role === undefined) return true;
    this.scanFolder = scan_dir === undefined ? undefined : await this.within(scan_dir);
    this.repoFolder = repo_dir === undefined ? undefined : await this.within(repo_dir);
    for (const [given, real] of [
      [scan_dir, this.scanFolder],
      [repo_dir, this.repoFolder],
    ]) {
      if (given === undefined || real !== undefined) continue;
      this.say('Error', `${given} is ${OUTSIDE}`);
      return false;
    }
    if (this.repoFolder !== undefined) await mkdir(this.repoFolder, { recursive: true });
    const folder = role === 'producer' ? this.scanFolder : this.repoFolder;
    if (folder === undefined) return true;
    this.catalogue = openCatalogue(folder, { recursive: role === 'producer' && scan_recursive?.toLowerCase() !== 'false' });
    if (role === 'producer') this.#produce(this.catalogue);
    else this.#consume();
    return true;
  }

  async stop(): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    this.#stopped.abort();
    for (const stream of this.streams.values()) stream.abort();
    await Promise.all([...this.#background, this.#pulls]);
    await this.shelf.close();
  }

  async handle(event: 'EXEC' | 'CONFIG', params: Params): Promise<Params | undefined> {
    if (event !== 'EXEC') return undefined;
    switch (params['action']) {
      case 'repolistin': {
        const { repolistin, ...rest } = params;
        this.#fetch({ files: filesIn(repolistin), params, confirm: true });
        return { ...rest, status: '10', status_desc: 'repolist received' };
      }
      case 'repoconfirm':
        this.say('Info', `transfer ${params['transfer_id'] ?? 'null'} confirmed`);
        return params;
      case 'putfiles':
        // On a real fabric the files are attached to the message, which has no reply; here the receiver fetches them.
        this.#fetch({ files: filesIn(params['file_list']), params, confirm: false });
        return undefined;
      default:
        return fileAction(this, params);
    }
  }

  say(level: 'Error' | 'Warn' | 'Info', message: string): void {
    this.context.log(level, CLASS, message);
  }

  get place(): RepoPlace {
    const { region, agent, pluginId } = this.context;
    return { region, agent, plugin: pluginId };
  }

  /** Work that nobody waits for but `stop`. What it throws is a line in the agent's log, as a plugin's exception is. */
  background(work: (signal: AbortSignal) => Promise<void>): void {
    const doing = work(this.#stopped.signal)
      .catch((error: unknown) => {
        if (!this.#stopped.signal.aborted) this.say('Error', String(error));
      })
      .finally(() => this.#background.delete(doing));
    this.#background.add(doing);
  }

  #produce(catalogue: Catalogue): void {
    const { bus, config, clock } = this.context;
    const { region, agent, plugin } = this.place;
    const name = config['filerepo_name'] ?? '';
    const wanted = { filerepo_name: name, region_id: region, agent_id: agent, plugin_id: plugin };
    const selector = Object.entries(wanted).map(([key, value]) => `${key}='${value.replaceAll("'", "''")}'`);
    this.#ends.push(
      bus.subscribe(selector.join(' AND '), ({ body }) => {
        const fields = fieldsIn(body);
        const place = fields?.['action'] === 'subscribe' ? placeIn('sub', fields) : undefined;
        if (place !== undefined) this.#subscribers.set(JSON.stringify(place), place);
      }),
    );
    this.background(async (signal) => {
      const period = millis(config['scan_period'], 15_000);
      for (let wait = millis(config['scan_delay'], 5_000); ; wait = period) {
        await clock.sleep(wait, signal);
        await this.#round(name, catalogue);
      }
    });
  }

  /**
   * One broadcast and one look at the folder, which go off together: who subscribes to this broadcast is too late for what this
   * look finds. So the files of the first look reach nobody until they are touched again, as on a real fabric.
   */
  async #round(name: string, catalogue: Catalogue): Promise<void> {
    const subscribers = [...this.#subscribers];
    this.#publish(
      name,
      { broadcast: true },
      { action: 'discover', ...placeFields('repo', this.place), transfer_id: `${this.#transferId}` },
    );
    const changed = await catalogue.scan();
    if (changed.length === 0) return;
    this.#transferId += changed.length;
    const params = {
      action: 'repolistin',
      filerepo_name: name,
      repolistin: packFiles(changed),
      transfer_id: `${this.#transferId}`,
      ...placeFields('repo', this.place),
    };
    for (const [key, place] of subscribers) {
      this.background(async () => {
        // Who does not answer is told no more, unless it subscribes again.
        if ((await this.context.rpc(place, 'EXEC', params)) === undefined) this.#subscribers.delete(key);
      });
    }
  }

  #consume(): void {
    const name = this.context.config['filerepo_name'] ?? '';
    this.#ends.push(
      this.context.bus.subscribe(`filerepo_name='${name.replaceAll("'", "''")}' AND broadcast`, ({ body }) => {
        const fields = fieldsIn(body);
        const from = fields?.['action'] === 'discover' ? placeIn('repo', fields) : undefined;
        if (from === undefined) return;
        const { region, agent, plugin } = from;
        const to = { region_id: region, agent_id: agent, plugin_id: plugin };
        this.#publish(name, to, { action: 'subscribe', ...placeFields('sub', this.place) });
      }),
    );
  }

  #publish(name: string, properties: Readonly<Record<string, string | boolean>>, { action, ...more }: Params): void {
    const body = JSON.stringify({ action, filerepo_name: name, ...more });
    this.context.bus.publish({ body, properties: { filerepo_name: name, ...properties } });
  }

  #fetch({ files, params, confirm }: Pick<Delivery, 'files' | 'params' | 'confirm'>): void {
    const from = placeIn('repo', params);
    const folder = this.repoFolder;
    if (from === undefined || folder === undefined) return;
    this.#pulls = this.#pulls
      .then(() => this.#pull({ files, params, from, folder, confirm }))
      .catch((error: unknown) => this.say('Error', String(error)));
  }

  async #pull({ files, params, from, folder, confirm }: Delivery): Promise<void> {
    for (const file of files) {
      if (this.#stopped.signal.aborted) return;
      const reason = await pullFile(this.context, { file, from, folder }).catch(String);
      if (reason !== undefined) this.say('Warn', `${file.filePath} was not fetched: ${reason}`);
    }
    const { filerepo_name = '', transfer_id = '' } = params;
    if (confirm) await this.context.rpc(from, 'EXEC', { action: 'repoconfirm', filerepo_name, transfer_id });
  }
}

/**
 * Which of the two a configuration makes (version 1.2). A source without `enable_scan` and without `repo_dir` is neither: it
 * starts and does nothing, as the pipelines of the described client do.
 */
export function roleOf({ scan_dir, enable_scan, filerepo_name, repo_dir }: Params): 'producer' | 'consumer' | undefined {
  if (filerepo_name === undefined) return undefined;
  if (scan_dir !== undefined && enable_scan !== undefined) return enable_scan.toLowerCase() === 'true' ? 'producer' : undefined;
  if (repo_dir === undefined) return undefined;
  return scan_dir === undefined ? 'consumer' : 'producer';
}

/** A whole number of milliseconds above zero; anything else is the default. */
const millis = (text: string | undefined, otherwise: number): number => (/^[1-9]\d{0,11}$/.test(text ?? '') ? Number(text) : otherwise);
