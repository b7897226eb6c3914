/** One thing to measure: `name` within its suite, for so many resources. Plain JSON: it travels to a process of its own. */
export interface Job {
  readonly suite: string;
  readonly name: string;
  readonly size: number;
}

/** What was measured, in the order of the columns; each name says its unit. */
export type Values = Readonly<Record<string, number>>;

export interface Suite {
  readonly name: string;
  readonly title: string;
  jobs(sizes: readonly number[]): readonly Omit<Job, 'suite'>[];
  /** Makes in an empty folder what is to be measured; in a process of its own, so that nothing of it is warm or counted. */
  prepare?(job: Job, folder: string): Promise<Values>;
  /** Measures one job, in a process that has done nothing else. */
  measure(job: Job, folder: string, prepared: Values): Promise<Values>;
  /** The columns whose growth with the size is printed below the table. */
  readonly growth: readonly string[];
  /** What a reader has to know to read the numbers. */
  readonly note?: string;
}

/** A job and its values: a line of the table and of the results file. */
export interface Row extends Job {
  readonly values: Values;
}
