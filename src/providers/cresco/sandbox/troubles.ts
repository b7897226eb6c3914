/** What goes wrong on request: worked by the controls, asked by the rest of the server. */
export interface Troubles {
  /** Every upgrade gets a 401 until it is cleared. */
  refuse: boolean;
  /** Replies on one socket overtake each other where two are under way. */
  reorder: boolean;
  /** The node is switched off: connections end before they begin. */
  down: boolean;
  plan(trouble: Trouble): void;
  /** The first trouble of this sort that is meant for it; it then is over. */
  take<N extends Trouble['name']>(name: N, subject: string): Extract<Trouble, { name: N }> | undefined;
  clear(): void;
}

/** One thing that is to go wrong once. `only`: the action, plugin name or pipeline it is meant for; else whatever comes first. */
export type Trouble = { readonly only?: string | undefined } & (
  | { readonly name: 'drop-socket'; readonly when: 'before' | 'after' }
  | { readonly name: 'void' }
  | { readonly name: 'lose-reply' }
  | { readonly name: 'error-text'; readonly text: string }
  | { readonly name: 'slow-start'; readonly ms: number }
  | { readonly name: 'fail-start' }
  /** A pipeline that stays where its submission left it. */
  | { readonly name: 'stick'; readonly at: 4 | 40 }
  /** A pipeline that stays at 9 when it is removed. */
  | { readonly name: 'stick-removal' }
);

export function openTroubles(): Troubles {
  let planned: Trouble[] = [];
  return {
    refuse: false,
    reorder: false,
    down: false,
    plan: (trouble) => void planned.push(trouble),
    take<N extends Trouble['name']>(name: N, subject: string): Extract<Trouble, { name: N }> | undefined {
      const found = planned.find((one) => one.name === name && (one.only === undefined || one.only === subject));
      planned = planned.filter((one) => one !== found);
      return found as Extract<Trouble, { name: N }> | undefined;
    },
    clear() {
      planned = [];
      this.refuse = false;
      this.reorder = false;
    },
  };
}
