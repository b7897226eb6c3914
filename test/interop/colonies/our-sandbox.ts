import type { SandboxOptions } from '../kit/sandbox.ts';

/** The name of its target. */
export const SANDBOX = 'colonies';

/** One empty Colonies server: with a server key, so that it begins as the real one does. */
export const ourSandbox: SandboxOptions = {
  targets: `apiVersion: setpoint/v1
kind: Target
metadata: { name: ${SANDBOX} }
spec:
  provider: colonies
  address: http://colonies.example.org:50080
  options:
    colony: dev
    serverKey: { env: COLONIES_SERVER_PRVKEY }
`,
};
