/** The last call of each lane, by the session that it goes through. */
const lanes = new WeakMap<object, Map<string, Promise<unknown>>>();

/** Calls that the server gets wrong at the same time: those of one lane run one after the other, in the order in which they came. */
export async function oneByOne<T>(
  { session, lane }: { readonly session: object; readonly lane: string },
  call: () => Promise<T>,
): Promise<T> {
  let all = lanes.get(session);
  if (all === undefined) lanes.set(session, (all = new Map<string, Promise<unknown>>()));
  // Whatever became of the one before.
  const mine = (all.get(lane) ?? Promise.resolve()).then(call, call);
  all.set(lane, mine);
  try {
    return await mine;
  } finally {
    if (all.get(lane) === mine) all.delete(lane);
  }
}
