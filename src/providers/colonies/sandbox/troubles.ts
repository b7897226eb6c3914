/** What goes wrong on request: worked by the controls, asked by the rest of the server. */
export interface Troubles {
  plan(trouble: Trouble): void;
  /** The first trouble that is meant for a request of this type; it then is over. */
  take(payloadtype: string): Trouble | undefined;
  clear(): void;
}

/** One thing that is to go wrong once. `only`: the type of request it is meant for; else whatever comes first. */
export type Trouble = { readonly only?: string } & (
  | { readonly name: 'lose-request' }
  | { readonly name: 'lose-reply' }
  /** Does nothing and says nothing, and keeps the connection. */
  | { readonly name: 'stall' }
  | { readonly name: 'refuse'; readonly status: number; readonly message: string }
  | { readonly name: 'empty' }
  /** A page of a proxy, which is no JSON. */
  | { readonly name: 'bad-gateway' }
);

export function openTroubles(): Troubles {
  let planned: readonly Trouble[] = [];
  return {
    plan: (trouble) => void (planned = [...planned, trouble]),
    take(payloadtype) {
      const found = planned.find(({ only }) => only === undefined || only === payloadtype);
      planned = planned.filter((one) => one !== found);
      return found;
    },
    clear: () => void (planned = []),
  };
}
