import type { FuncSpecDraft, WorkflowSpecDraft } from './models/index.ts';

/**
 * A function spec as it is best sent. The server fills in nothing, and a `maxexectime` that is left out is 0 for it: such a process fails
 * within a second. Here limits that are left out are none (-1), nothing is tried again (0), and lists are empty; what is given stays.
 */
export const specOf = (draft: FuncSpecDraft): FuncSpecDraft => ({
  nodename: '',
  args: [],
  kwargs: {},
  priority: 0,
  maxwaittime: -1,
  maxexectime: -1,
  maxretries: 0,
  label: '',
  env: {},
  ...draft,
  conditions: { executornames: null, executortype: '', dependencies: [], ...draft.conditions },
});

/** The same for every node. */
export const workflowOf = ({ colonyname, functionspecs }: WorkflowSpecDraft): WorkflowSpecDraft => ({
  colonyname,
  functionspecs: functionspecs.map(specOf),
});
