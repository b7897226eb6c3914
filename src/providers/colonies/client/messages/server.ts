import { list, nothing } from '../codec.ts';
import { cluster, colony, pauseStatus, serverInfo, statistics, version, type Colony } from '../models/index.ts';
import { fields, type InColony, type None, type Table } from './message.ts';

/** The server itself, and the colonies on it. */
export const serverMessages = {
  versionmsg: { signer: 'nobody', effect: 'reads', reply: version, fields: fields<None>() },
  getserverinfomsg: { signer: 'nobody', effect: 'reads', reply: serverInfo, fields: fields<None>() },
  getstatisticsmsg: { signer: 'server', effect: 'reads', reply: statistics, fields: fields<None>() },
  getclustermsg: { signer: 'server', effect: 'reads', reply: cluster, fields: fields<None>() },
  changeserveridmsg: { signer: 'server', effect: 'once', reply: nothing, fields: fields<{ readonly serverid: string }>() },

  addcolonymsg: { signer: 'server', effect: 'once', reply: colony, fields: fields<{ readonly colony: Colony }>() },
  removecolonymsg: { signer: 'server', effect: 'once', reply: nothing, fields: fields<InColony>() },
  getcoloniesmsg: { signer: 'server', effect: 'reads', reply: list(colony), fields: fields<None>() },
  getcolonymsg: { signer: 'member', effect: 'reads', reply: colony, fields: fields<InColony>() },
  getcolonystatsmsg: { signer: 'member', effect: 'reads', reply: statistics, fields: fields<InColony>() },
  /** The key changes with it: the same request again is signed by nobody who may. */
  changecolonyidmsg: { signer: 'owner', effect: 'once', reply: nothing, fields: fields<InColony & { readonly colonyid: string }>() },
  pauseassignmentsmsg: { signer: 'owner', effect: 'set', reply: nothing, fields: fields<InColony>() },
  resumeassignmentsmsg: { signer: 'owner', effect: 'set', reply: nothing, fields: fields<InColony>() },
  getpausestatusmsg: { signer: 'anyMember', effect: 'reads', reply: pauseStatus, fields: fields<InColony>() },
} as const satisfies Table;
