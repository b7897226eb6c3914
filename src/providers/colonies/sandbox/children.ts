import { handler, refuse, tell, type Handlers } from './handler.ts';
import { needMember } from './members.ts';
import { funcSpec, process, RUNNING, type ProcessRow } from './models.ts';
import { flag, pointer, text } from './shape.ts';
import { shown } from './shown.ts';
import { addProcess, draft } from './submit.ts';
import { between } from './transitions.ts';
import type { World } from './world.ts';

/** Work that an executor adds to the workflow which it is working for (sheet 3.7). */
export const childHandlers: Handlers = {
  addchildmsg: handler(
    'Failed to add child to processgraph',
    { processgraphid: text, parentprocessid: text, childprocessid: text, spec: pointer(funcSpec), insert: flag },
    (world, { message, signer }) => {
      const { spec, processgraphid, parentprocessid, childprocessid, insert } = message;
      if (spec === null) refuse(400, 'Failed to add child to processgraph, msg.FunctionSpec is nil');
      needMember(world, signer, spec.conditions.colonyname);
      const parent = world.processes.get(parentprocessid) ?? missing(parentprocessid);
      if (parent.state !== RUNNING) refuse(400, `Process with Id ${parentprocessid} is not running`);
      if (parent.assignedexecutorid !== signer) {
        refuse(400, `Process with Id ${parentprocessid} is not assigned to executor with Id ${signer}`);
      }
      if (parent.processgraphid === '') refuse(400, `Process with Id ${parentprocessid} does not belong to a processgraph`);
      const drafted = draft(world, spec, {
        initiator: { initiatorid: '', initiatorname: '' },
        processgraphid,
        waitforparents: true,
        parents: [parentprocessid],
      });
      const child = addProcess(world, drafted);
      if (insert) insertBelow(world, parent, child);
      else addBelow(world, parent, { child, before: childprocessid });
      return tell(world, process, shown(world, world.processes.get(child.processid) ?? child));
    },
  ),
};

/** The new one takes over the children of its parent. */
function insertBelow(world: World, parent: ProcessRow, child: ProcessRow): void {
  between(world, child, { children: parent.children });
  between(world, parent, { children: [child.processid] });
  for (const id of parent.children ?? []) {
    const row = world.processes.get(id);
    if (row === undefined) continue;
    between(world, row, { parents: [...(row.parents ?? []).filter((one) => one !== parent.processid), child.processid] });
  }
}

/** The new one is one more child of its parent, and one more parent of the process `before` which it comes, if there is one. */
function addBelow(world: World, parent: ProcessRow, { child, before }: { readonly child: ProcessRow; readonly before: string }): void {
  between(world, parent, { children: [...(parent.children ?? []), child.processid] });
  if (before === '') return;
  between(world, child, { children: [before] });
  const row = world.processes.get(before) ?? missing(before);
  between(world, row, { parents: [...(row.parents ?? []), child.processid] });
}

/** The server itself would not survive it. */
const missing = (processid: string): never => refuse(500, `Process with Id ${processid} not found`);
