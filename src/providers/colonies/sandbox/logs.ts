import { executorNamed } from './executors.ts';
import { handler, refuse, tellAll, type Handlers } from './handler.ts';
import { seconds } from './instant.ts';
import { like } from './like.ts';
import { executorWithId, needMember } from './members.ts';
import { logLine, RUNNING, type LogRow } from './models.ts';
import { flag, long, text, whole } from './shape.ts';
import type { World } from './world.ts';

const MOST_LOGS = 500;
const MOST_FOUND = 100;
const MOST_DAYS = 30;
const DAY = seconds(86_400);

/** What executors write while they work, and besides (sheet 3.8). */
export const logHandlers: Handlers = {
  addlogmsg: handler('Failed to add log', { processid: text, message: text }, (world, { message: { processid, message }, signer }) => {
    const process = world.processes.get(processid) ?? refuse(500, 'Failed to add log, process is nil');
    const { colonyname } = process.spec.conditions;
    needMember(world, signer, colonyname);
    // The word is the server's.
    if (process.state !== RUNNING) refuse(403, 'Failed to set output, process is not running');
    if (process.assignedexecutorid !== signer) {
      refuse(403, 'Failed to add log, not allowed to add log, only the assigned Executor may att logs');
    }
    addLog(world, { processid, colonyname, executorname: executorWithId(world, signer)?.executorname ?? '', message });
    return undefined;
  }),

  addexecutorlogmsg: handler(
    'Failed to add executor log',
    { colonyname: text, executorname: text, message: text },
    (world, { message: { colonyname, executorname, message }, signer }) => {
      needMember(world, signer, colonyname);
      const executor = executorWithId(world, signer) ?? refuse(403, 'Failed to add executor log, executor not found');
      if (executor.executorname !== executorname) refuse(403, 'Failed to add executor log, executor name mismatch');
      addLog(world, { processid: '', colonyname, executorname, message });
      return undefined;
    },
  ),

  getlogsmsg: handler(
    'Failed to get logs',
    { colonyname: text, processid: text, executorname: text, count: whole, since: long, latest: flag },
    (world, { message: { colonyname, processid, executorname, count, since, latest }, signer }) => {
      if (executorname !== '') {
        const executor = executorNamed(world, colonyname, executorname) ?? refuse(500, 'Failed to get logs, executor does not exist');
        needMember(world, signer, executor.colonyname);
      } else {
        const process = world.processes.get(processid) ?? refuse(500, 'Failed to get logs, process does not exist');
        needMember(world, signer, process.spec.conditions.colonyname);
      }
      if (count > MOST_LOGS) refuse(403, `Count exceeds max log count (${MOST_LOGS})`);
      needLimit(count);
      // By executor they are those of every executor of that name, in all colonies.
      const rows = inOrder(executorname === '' ? world.logsOfProcess(processid) : world.logsOfExecutor(executorname));
      if (latest) return tellAll(world, logLine, rows.slice(Math.max(0, rows.length - count)));
      const after = since > 0n ? rows.filter(({ timestamp }) => timestamp > since) : rows;
      return tellAll(world, logLine, after.slice(0, count));
    },
  ),

  searchlogsmsg: handler(
    'Failed to search logs',
    { colonyname: text, text, days: whole, count: whole },
    (world, { message: { colonyname, text: sought, days, count }, signer }) => {
      needMember(world, signer, colonyname);
      if (count > MOST_FOUND) refuse(400, `Count exceeds max log count (${MOST_FOUND})`);
      if (days > MOST_DAYS) refuse(400, `Count exceeds max day count (${MOST_DAYS})`);
      needLimit(count);
      const first = world.now() - BigInt(days) * DAY;
      const matches = like(`%${sought}%`);
      const found: LogRow[] = [];
      for (const row of world.logsOfColony(colonyname)) {
        if (found.length >= count) break;
        if (row.timestamp > first && matches(row.message)) found.push(row);
      }
      return tellAll(world, logLine, found);
    },
    { mismatch: 'Failed to get logs' },
  ),
};

function needLimit(count: number): void {
  if (count < 0) refuse(400, 'pq: LIMIT must not be negative');
}

export function addLog(world: World, line: Omit<LogRow, 'logid' | 'timestamp'>): void {
  const logid = world.uuid();
  world.logs.put(logid, { logid, ...line, timestamp: world.now() });
}

const inOrder = (rows: readonly LogRow[]): readonly LogRow[] =>
  [...rows].sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
