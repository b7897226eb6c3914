import { Fault } from '../../core/diagnostic.ts';
import type { ProjectFiles, Session } from '../contract.ts';
import type { Clock } from '../transport/clock.ts';
import { httpClient } from '../transport/http.ts';
import { interrupted } from '../transport/interrupted.ts';
import { believed } from './client/believed.ts';
import type { AgentPlace, CrescoRead, CrescoSession, CrescoWrite } from './client/index.ts';

/** What planning may use of a fabric, and what this session remembers of its own uploads. */
export interface FabricRead extends CrescoRead {
  /** Milliseconds since this session uploaded a JAR of this MD5; undefined where it did not. */
  sinceUpload(md5: string): number | undefined;
  /**
   * The agents that have an active plugin of this id, as the fabric tells it: a list that is believed for some seconds, lags behind
   * what the agents know, and may go on naming what was removed.
   */
  whereabouts(plugin: string, signal: AbortSignal): Promise<readonly AgentPlace[]>;
}

/** What applying may use besides. */
export interface FabricWrite extends CrescoWrite {
  /** The project's files, for JARs. */
  readonly files?: ProjectFiles;
  /** To be called when a JAR has been uploaded. */
  uploaded(md5: string): void;
  /** Ends after so many milliseconds. Throws INTERRUPTED when the signal is aborted meanwhile. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** What is behind a URL. Throws the Faults of HTTP. */
  download(url: string, signal: AbortSignal): Promise<Uint8Array>;
}

export interface Fabric extends Session {
  readonly read: FabricRead;
  readonly write: FabricWrite;
}

/** The largest JAR that is fetched: the server takes messages of 1 GiB, and base64 makes four bytes of three. */
const MOST_BYTES = 700 * 1024 * 1024;

const LISTED_MS = 3_000;

/** A client as the kinds want it. */
export function fabricOf(
  client: CrescoSession,
  { clock, files }: { readonly clock: Clock; readonly files?: ProjectFiles | undefined },
): Fabric {
  const uploads = new Map<string, number>();
  const listed = believed(clock, async () => {
    const places = new Map<string, AgentPlace[]>();
    for (const { region, agent, plugin } of await client.read.global.plugins()) {
      places.set(plugin, [...(places.get(plugin) ?? []), { region, agent }]);
    }
    return places;
  });
  return {
    read: {
      ...client.read,
      sinceUpload(md5) {
        const at = uploads.get(md5);
        return at === undefined ? undefined : clock.now() - at;
      },
      whereabouts: async (plugin, signal) => (await listed(LISTED_MS, signal)).get(plugin) ?? [],
    },
    write: {
      ...client.write,
      ...(files === undefined ? {} : { files }),
      uploaded: (md5) => void uploads.set(md5, clock.now()),
      async pause(ms, signal) {
        try {
          await clock.sleep(ms, signal);
        } catch (error) {
          throw signal.aborted ? interrupted(signal, 'maybe') : error;
        }
      },
      download,
    },
    close: () => client.close(),
  };
}

async function download(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const { origin, pathname, search, username, password } = new URL(url);
  if (username !== '' || password !== '') throw credentialsInUrl();
  const http = httpClient({ base: origin, limits: { maxBodyBytes: MOST_BYTES } });
  try {
    const query = Object.fromEntries(new URLSearchParams(search));
    return (await http.request({ path: pathname, query, signal })).bytes();
  } finally {
    await http.close();
  }
}

const credentialsInUrl = (): Fault =>
  new Fault(
    {
      code: 'BAD_ADDRESS',
      summary: 'a URL in a manifest holds credentials',
      detail: 'Manifests are read by many, so nothing was fetched.',
      hint: 'Fetch the JAR by other means, and name it under jar.',
    },
    { sent: 'no' },
  );
