import type { Admin, RequestOptions } from './calls.ts';
import type { Caller } from './caller.ts';
import type { AgentPlace } from './results.ts';

/** Acts on a controller itself. Aimed at the agent that serves the API, they take the connection with them. */
export function adminOf(caller: Caller): Admin {
  const tell =
    (action: string) =>
    (at: AgentPlace, options?: RequestOptions): Promise<void> =>
      caller.tell(at, { event: 'CONFIG', action }, options);
  return {
    stopController: tell('stopcontroller'),
    restartController: tell('restartcontroller'),
    restartFramework: tell('restartframework'),
    killJvm: tell('killjvm'),
  };
}
