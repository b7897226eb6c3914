import { join } from 'node:path';
import type { PluginContext } from '../plugin.ts';

/** What the stock plugins of a fabric have in common. */
export interface StockOptions {
  /** Server 1.2 comes with executor 1.1, server 1.3 with executor 1.3. */
  readonly generation: 2 | 3;
  /** Plugins keep what is theirs below it, each in a folder of its own (`pluginFolder`). */
  readonly folder: string;
  /** The only folders on this machine, besides, in which clients can have files read and written. */
  readonly allowedFolders: readonly string[];
}

/** A plugin's own folder; its agent deletes it with the plugin. Ids are any text, so no part of one may mean something to the disk. */
export const pluginFolder = (folder: string, pluginId: string): string =>
  join(folder, 'plugin-data', encodeURIComponent(pluginId).replaceAll('.', '%2E').replaceAll('*', '%2A'));

export const ownFolder = (options: StockOptions, context: PluginContext): string => pluginFolder(options.folder, context.pluginId);
