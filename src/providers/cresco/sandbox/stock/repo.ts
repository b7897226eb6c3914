import { bytesOf, gzjson } from '../encoding.ts';
import type { Params, PluginContext, PluginMaker } from '../plugin.ts';
import { ownFolder, type StockOptions } from './options.ts';
import { openShelf, type Shelf } from './shelf.ts';

/** `io.cresco.repo`: jars by their content (sheet 4.6). */
export const repo =
  (options: StockOptions): PluginMaker =>
  (context) => {
    const shelf = openShelf(ownFolder(options, context));
    return {
      start: () => Promise.resolve(true),
      stop: () => shelf.close(),
      handle: async (event, params) => (event === 'EXEC' ? shelfAction({ shelf, context, params, confirms: true }) : undefined),
    };
  };

/** The three actions of a repository, which filerepo has as well; undefined for any other. `confirms`: putjar says which digest arrived. */
export async function shelfAction(asked: {
  readonly shelf: Shelf;
  readonly context: PluginContext;
  readonly params: Params;
  readonly confirms: boolean;
}): Promise<Params | undefined> {
  const { shelf, context, params, confirms } = asked;
  switch (params['action']) {
    case 'repolist': {
      const jars = await shelf.list();
      const plugins = jars.map(({ pluginname, jarfile, digest, version }) => ({ pluginname, jarfile, md5: digest, version }));
      const server = [{ region: context.region, agent: context.agent, pluginid: context.pluginId }];
      return { ...params, repolist: gzjson({ ...(plugins.length === 0 ? {} : { plugins }), server }) };
    }
    case 'getjar': {
      const { action_pluginname: name = '', action_pluginmd5: digest = '' } = params;
      const bytes = await shelf.bytes(name, digest.toLowerCase());
      return bytes === undefined ? params : { ...params, jardata: Buffer.from(bytes).toString('base64') };
    }
    case 'putjar': {
      const { jardata, ...rest } = params;
      const { pluginname, version, md5, jarfile } = rest;
      const bytes = bytesOf(jardata ?? '');
      if (bytes === undefined || pluginname === undefined || version === undefined || md5 === undefined) return rest;
      const { digest } = await shelf.put({ pluginname, version, digest: md5, jarfile: jarfile ?? md5, bytes });
      // What does not match is kept all the same, and nothing says so.
      if (digest !== md5.toLowerCase()) return rest;
      return { ...rest, uploaded: pluginname, ...(confirms ? { 'md5-confirm': md5 } : {}) };
    }
    default:
      return undefined;
  }
}
