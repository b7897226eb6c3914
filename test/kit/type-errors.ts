import { dirname, join } from 'node:path';
import ts from 'typescript';
import { root } from './binary.ts';

/** What the compiler says of a program outside the project that imports from it; empty where it says nothing. */
export function typeErrors(file: string): string {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    readonly config: { readonly compilerOptions: Record<string, unknown> };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      incremental: false,
      tsBuildInfoFile: undefined,
      noUnusedLocals: false,
      rewriteRelativeImportExtensions: false,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    dirname(file),
  );
  const program = ts.createProgram([file], options);
  const source = program.getSourceFile(file);
  const wrong = source ? [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)] : [];
  return ts.formatDiagnostics(wrong, {
    getCurrentDirectory: () => dirname(file),
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  });
}
