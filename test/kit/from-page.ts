import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from './binary.ts';
import { assert } from './group.ts';
import { typeErrors } from './type-errors.ts';

/** The setpoint.yaml that stands around the manifests of a page. */
export const projectCalled = (name: string): string => `apiVersion: setpoint/v1
kind: Project
metadata: { name: ${name} }
spec:
  manifests: manifests
  state: { folder: .setpoint/state }
`;

/** Fails with what the compiler says of a page's program, which is made for a folder. */
export const typeChecks = (programFor: (folder: string) => string): Promise<void> =>
  inFolder((folder) => {
    const file = join(folder, 'page.mts');
    writeFileSync(file, programFor(folder));
    assert.is(typeErrors(file), '');
    return Promise.resolve();
  });
