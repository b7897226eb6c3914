import { isFields, isList } from '../../../core/value.ts';
import { nameOf } from './agents.ts';
import type { Caller } from './caller.ts';
import { encodeData } from './encoding.ts';
import { refusedBy } from './faults.ts';
import { itemsOf, repositoryJarOf, wordOf } from './read-fabric.ts';
import type { RepositoryRead, RepositoryWrite } from './stock.ts';

export function repositoryRead(caller: Caller): RepositoryRead {
  return {
    async list(at, options) {
      const answer = await caller.plugin(at, { event: 'EXEC', action: 'repolist', idempotent: true }, options);
      const value = answer.json('repolist');
      const server = isFields(value) ? value['server'] : undefined;
      return {
        // Left out by the server when there are none.
        jars: (itemsOf(answer, 'repolist', 'plugins') ?? []).map(repositoryJarOf),
        places: (isList(server) ? server.filter(isFields) : []).map((item) => ({
          region: wordOf(item, 'region') ?? at.region,
          agent: wordOf(item, 'agent') ?? at.agent,
          plugin: wordOf(item, 'pluginid') ?? at.plugin,
        })),
      };
    },
    async jar({ jar, ...at }, options) {
      const payload = { action_pluginname: jar.pluginName, action_pluginmd5: jar.md5 };
      const answer = await caller.plugin(at, { event: 'EXEC', action: 'getjar', payload, idempotent: true, long: true }, options);
      return answer.has('jardata') ? answer.bytes('jardata') : undefined;
    },
  };
}

export function repositoryWrite(caller: Caller): RepositoryWrite {
  return {
    async put({ jar, ...at }, options) {
      const payload = { ...nameOf(jar), jarfile: jar.md5, jardata: encodeData(jar.bytes) };
      const answer = await caller.plugin(at, { event: 'EXEC', action: 'putjar', payload, idempotent: true, long: true }, options);
      if (answer.optional('md5-confirm') !== jar.md5) throw refusedBy('putjar', 'it does not confirm the md5');
    },
  };
}
