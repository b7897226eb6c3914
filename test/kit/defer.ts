/** uvu reads this when it is first imported: suites then wait for `test/run.ts` to run them. Import this file before uvu. */
(globalThis as { UVU_DEFER?: number }).UVU_DEFER = 1;
