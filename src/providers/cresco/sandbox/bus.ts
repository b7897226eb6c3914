/** One message on the fabric's data plane. Properties are JMS properties. */
export interface BusMessage {
  readonly body: string | Uint8Array;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

/** The data plane of a fabric: every message goes to every subscriber whose selector it satisfies. */
export interface Bus {
  publish(message: BusMessage): void;
  /** A selector that does not parse never matches (the real server accepts it and delivers nothing). Returns the function that ends it. */
  subscribe(selector: string, listener: (message: BusMessage) => void): () => void;
}
