import { executorNamed } from './executors.ts';
import { handler, refuse, tell, tellAll, type Handlers } from './handler.ts';
import { needMember } from './members.ts';
import { func } from './models.ts';
import { keyOf } from './names.ts';
import { pointer, text } from './shape.ts';

/** What executors say they can do (sheet 3.5). Only they can say it, and nothing keeps them from saying it twice. */
export const functionHandlers: Handlers = {
  addfunctionmsg: handler('Failed to add function', { fun: pointer(func) }, (world, { message: { fun }, signer }) => {
    if (fun === null) refuse(400, 'Failed to add function, msg.Function is nil');
    const { colonyname, executorname } = fun;
    needMember(world, signer, colonyname);
    const executor =
      executorNamed(world, colonyname, executorname) ??
      refuse(400, `Failed to add function, Executor with name <${executorname}> does not exist`);
    if (executor.executorid !== signer) refuse(403, 'Not allowed to add a function to another executor');
    const functionid = fun.functionid === '' ? world.id() : fun.functionid;
    if (world.functions.get(functionid)) refuse(500, 'pq: duplicate key value violates unique constraint "prod_functions_pkey"');
    const added = { ...fun, functionid, locationname: executor.locationname };
    world.functions.put(functionid, added);
    return tell(world, func, added);
  }),

  getfunctionsmsg: handler(
    'Failed to get function',
    { colonyname: text, executorname: text },
    (world, { message: { colonyname, executorname }, signer }) => {
      needMember(world, signer, colonyname);
      const rows = executorname === '' ? world.functionsOf(colonyname) : world.functionsBy(keyOf(colonyname, executorname));
      return tellAll(world, func, rows);
    },
  ),

  removefunctionmsg: handler('Failed to remove function', { functionid: text }, (world, { message: { functionid }, signer }) => {
    if (functionid === '') refuse(400, 'Failed to remove function, msg.FunctionID is empty');
    const found = world.functions.get(functionid) ?? refuse(404, 'Failed to remove function, function does not exist');
    needMember(world, signer, found.colonyname);
    if (executorNamed(world, found.colonyname, found.executorname)?.executorid !== signer) {
      refuse(403, 'Not allowed to remove a function from another executor');
    }
    world.functions.drop(functionid);
    return undefined;
  }),
};
