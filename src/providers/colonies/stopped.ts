/** The server makes such a cron with the first blueprint of a kind at a place, and removes it with the last one. */
const OF_SERVER = 'reconcile-';

/** What to do about crons, or generators, that never run again because the server knows nobody any more with the key that made them. */
export function remedies(what: 'crons' | 'generators', names: readonly string[]): readonly string[] {
  const ours = names.filter((name) => !name.startsWith(OF_SERVER));
  const servers = names.filter((name) => name.startsWith(OF_SERVER));
  return [
    ...(ours.length === 0 ? [] : [`${ours.join(', ')}. Remove these ${what}, and the next apply makes them anew`]),
    ...(servers.length === 0
      ? []
      : [`${servers.join(', ')}. These are the server's own: they come anew when all blueprints of the kind are removed and made again`]),
  ];
}
