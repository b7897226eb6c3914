import type { Answer } from './answer.ts';
import { numberOf } from './answer.ts';
import type { RequestOptions } from './calls.ts';
import type { Caller, Query } from './caller.ts';
import { compressJson } from './encoding.ts';
import { refusedBy } from './faults.ts';
import { itemsOf, wordOf } from './read-fabric.ts';
import type { Params, PluginPlace } from './results.ts';
import type { FileRepoRead, FileRepoWrite } from './stock.ts';

/** Of `status`: filerepo does not say `status_code`. */
const GOOD = '10';
const NONE = '9';

type Ask = (at: PluginPlace, action: string, payload: Params, options: RequestOptions | undefined) => Promise<Answer>;

const asking =
  (caller: Caller, how: Partial<Query>): Ask =>
  (at, action, payload, options) =>
    caller.plugin(at, { event: 'EXEC', action, payload, ...how }, options);

export function fileRepoRead(caller: Caller): FileRepoRead {
  const ask = asking(caller, { idempotent: true });
  return {
    async files({ name, ...at }, options) {
      const answer = good(await ask(at, 'getrepofilelist', { repo_name: name }, options), 'getrepofilelist');
      return (itemsOf(answer, 'repofilelist') ?? []).map((item) => ({
        path: wordOf(item, 'filepath') ?? '',
        md5: wordOf(item, 'md5') ?? '',
        modified: numberOf(wordOf(item, 'lastmodified') ?? '0', 'lastmodified'),
        size: numberOf(wordOf(item, 'filesize') ?? '0', 'filesize'),
      }));
    },
    async scanFolder(at, options) {
      const answer = await ask(at, 'getscandir', {}, options);
      return answer.optional('status') === NONE ? undefined : good(answer, 'getscandir').text('scan_dir');
    },
    async file({ path, ...at }, options) {
      const answer = await asking(caller, { idempotent: true, long: true })(at, 'getfile', { file_path: path }, options);
      return answer.optional('status') === NONE ? undefined : good(answer, 'getfile').bytes('file_data');
    },
  };
}

export function fileRepoWrite(caller: Caller): FileRepoWrite {
  const ask = asking(caller, {});
  return {
    async send({ name, paths, to, ...at }, options) {
      const payload = {
        repo_name: name,
        file_list: compressJson(paths),
        dst_region: to.region,
        dst_agent: to.agent,
        dst_plugin: to.plugin,
      };
      good(await ask(at, 'putfilesremote', payload, options), 'putfilesremote');
    },
    async remove({ name, file, ...at }, options) {
      const answer = await ask(at, 'removefile', { repo_name: name, file_name: file }, options);
      if (answer.optional('status') === NONE) return false;
      good(answer, 'removefile');
      return true;
    },
    async clear({ name, ...at }, options) {
      good(await ask(at, 'clearrepo', { repo_name: name }, options), 'clearrepo');
    },
  };
}

function good(answer: Answer, action: string): Answer {
  const status = answer.optional('status') ?? 'no status';
  if (status === GOOD) return answer;
  throw refusedBy(action, `${status} ${answer.optional('status_desc') ?? ''}`.trim());
}
