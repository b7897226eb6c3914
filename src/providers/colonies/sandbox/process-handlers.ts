import { closeFailed, closeSuccessful } from './closing.ts';
import { EMPTY, handler, refuse, tell, type Handlers } from './handler.ts';
import { isMember, needMember } from './members.ts';
import { funcSpec, process, RUNNING, type ProcessRow } from './models.ts';
import { seconds } from './instant.ts';
import { free, list, pointer, text, whole } from './shape.ts';
import { tellProcesses } from './process-lists.ts';
import { shown } from './shown.ts';
import { addProcess, announce, draft, initiatorOf } from './submit.ts';
import { markCancelled, withOutput } from './transitions.ts';
import type { World } from './world.ts';

const MOST_PRIORITY = 50_000;

/** Submitting, ending and reading processes (sheet 3.6); assigning and removing them is beside this file. */
export const processHandlers: Handlers = {
  submitfuncspecmsg: handler(
    'Failed to submit process',
    { spec: pointer(funcSpec) },
    (world, { message: { spec }, signer }) => {
      if (spec === null) refuse(400, 'Failed to submit process spec, msg.FunctionSpec is nil');
      const { colonyname } = spec.conditions;
      needMember(world, signer, colonyname);
      if (Math.abs(spec.priority) > MOST_PRIORITY) {
        refuse(400, `Failed to submit function spec, priority outside range [-${String(MOST_PRIORITY)}, ${String(MOST_PRIORITY)}]`);
      }
      const row = addProcess(world, draft(world, spec, { initiator: initiatorOf(world, colonyname, signer) }));
      return tell(world, process, shown(world, row));
    },
    { mismatch: 'Failed to submit process spec' },
  ),

  getprocessmsg: handler('Failed to get process', { processid: text }, (world, { message: { processid }, signer }) => {
    const row = world.processes.get(processid) ?? refuse(404, 'Failed to get process, process not found');
    needMember(world, signer, row.spec.conditions.colonyname);
    return tell(world, process, shown(world, row));
  }),

  getprocesshistmsg: handler(
    'Failed to get process hist',
    { colonyname: text, executorid: text, seconds: whole, state: whole },
    (world, { message, signer }) => {
      const { colonyname, executorid, state } = message;
      if (world.settings.strict) needMember(world, signer, colonyname);
      else if (world.colonies.get(colonyname) === undefined || !isMember(world, signer, colonyname)) return EMPTY;
      const since = world.now() - seconds(message.seconds);
      const rows = world.processesOf(colonyname).filter((row) => row.state === state && row.submissiontime >= since);
      const mine = executorid === '' ? rows : rows.filter(({ assignedexecutorid }) => assignedexecutorid === executorid);
      return tellProcesses(world, [...mine].sort(bySubmission));
    },
    { mismatch: 'Failed to get process history' },
  ),

  setoutputmsg: handler('Failed to set output', { processid: text, out: list(free) }, (world, { message: { processid, out }, signer }) => {
    const row = world.processes.get(processid) ?? refuse(500, 'Failed to set output, process is nil');
    needMember(world, signer, row.spec.conditions.colonyname);
    if (row.assignedexecutorid !== signer) refuse(403, 'Failed to close process as successful, not allowed to close process as successful');
    if (row.state !== RUNNING) refuse(403, 'Failed to set output, process is not running');
    if (out !== null && out.length > 0) withOutput(world, row, out);
    return undefined;
  }),

  closesuccessfulmsg: handler(
    'Failed to close successful',
    { processid: text, out: list(free) },
    (world, { message: { processid, out }, signer }) => {
      closeSuccessful(
        world,
        ownProcess(world, { processid, signer, failed: 'Failed to close process as successful', to: 'close process as successful' }),
        out,
      );
      return undefined;
    },
    { mismatch: 'Failed to close process as successful' },
  ),

  closefailedmsg: handler(
    'Failed to close failed',
    { processid: text, errors: list(text) },
    (world, { message: { processid, errors }, signer }) => {
      closeFailed(
        world,
        ownProcess(world, { processid, signer, failed: 'Failed to close process as failed', to: 'close process as failed' }),
        errors,
      );
      return undefined;
    },
    { mismatch: 'Failed to close process as failed' },
  ),

  cancelprocessmsg: handler('Failed to cancel process', { processid: text }, (world, { message: { processid }, signer }) => {
    const row = world.processes.get(processid) ?? refuse(500, 'Failed to cancel process, process is nil');
    needMember(world, signer, row.spec.conditions.colonyname);
    if (row.processgraphid !== '') {
      refuse(400, 'Failed to cancel, cannot cancel a process part of a workflow, cancel the entire workflow instead');
    }
    announce(world, markCancelled(world, row));
    return undefined;
  }),
};

interface Claim {
  readonly processid: string;
  readonly signer: string;
  readonly failed: string;
  readonly to: string;
}

/** The process of an executor that wants to end it. Throws Refusal 500 and 403. */
function ownProcess(world: World, { processid, signer, failed, to }: Claim): ProcessRow {
  const row = world.processes.get(processid) ?? refuse(500, `${failed}, process is nil`);
  needMember(world, signer, row.spec.conditions.colonyname);
  if (row.assignedexecutorid === '') refuse(403, `${failed}, process is not assigned`);
  if (row.assignedexecutorid !== signer) refuse(403, `${failed}, not allowed to ${to}`);
  return row;
}

const bySubmission = (a: ProcessRow, b: ProcessRow): number => Number(a.submissiontime - b.submissiontime);
