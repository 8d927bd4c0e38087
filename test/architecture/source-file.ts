/** Reads from a source file what the architecture rules ask about: imports, names used, whether it only re-exports. */
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';

/** One import as written, resolved where it points into the project. */
export interface Import {
  specifier: string;
  /** Path from the project's root; undefined for packages. */
  target: string | undefined;
}

/** What is known of a file. Paths are relative to the project's root, with forward slashes. */
export interface SourceFile {
  path: string;
  text: string;
  imports: Import[];
}

const aliases = /^#(sim|views|islands|site|cli|build)\//;

/** Reads a `.ts`, `.tsx` or `.astro` file. Query suffixes such as `?raw` are no part of a target. */
export function readSource(path: string, text: string): SourceFile {
  const code = path.endsWith('.astro') ? scriptsOf(text) : text;
  const { importedFiles } = ts.preProcessFile(code, true, true);
  const imports = importedFiles.map(({ fileName }) => {
    const bare = fileName.replace(/\?.*$/, '');
    let target: string | undefined;
    if (bare.startsWith('.')) target = join(dirname(path), bare);
    else if (aliases.test(bare)) target = `src/${bare.slice(1)}`;
    return { specifier: fileName, target };
  });
  return { path, text, imports };
}

/** The TypeScript in an Astro file: its front matter and its scripts. */
function scriptsOf(text: string): string {
  const frontMatter = /^---\n([\s\S]*?)\n---/.exec(text)?.[1] ?? '';
  const scripts = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]);
  return [frontMatter, ...scripts].join('\n');
}

/** Finds uses of names that the file itself does not declare, and `async` and `await`, with their line numbers. */
export function hostNames(file: SourceFile): { name: string; line: number }[] {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  const declared = new Set<string>();
  const used: { name: string; line: number }[] = [];
  const note = (name: string, node: ts.Node): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    used.push({ name, line: line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isAwaitExpression(node)) note('await', node);
    if (node.kind === ts.SyntaxKind.AsyncKeyword) note('async', node);
    if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') {
      note('Math.random', node);
    }
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isMember =
        (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
        ((ts.isPropertyAssignment(parent) ||
          ts.isPropertySignature(parent) ||
          ts.isPropertyDeclaration(parent) ||
          ts.isMethodDeclaration(parent) ||
          ts.isMethodSignature(parent)) &&
          parent.name === node) ||
        (ts.isBindingElement(parent) && parent.propertyName === node) ||
        ts.isQualifiedName(parent);
      const isDeclaration =
        (ts.isVariableDeclaration(parent) ||
          ts.isParameter(parent) ||
          ts.isBindingElement(parent) ||
          ts.isFunctionDeclaration(parent) ||
          ts.isClassDeclaration(parent) ||
          ts.isInterfaceDeclaration(parent) ||
          ts.isTypeAliasDeclaration(parent) ||
          ts.isImportSpecifier(parent)) &&
        parent.name === node;
      if (isDeclaration) declared.add(node.text);
      else if (!isMember) note(node.text, node);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return used.filter(({ name }) => !declared.has(name));
}

/** Says whether a file has nothing of its own: every statement passes on what another file exports. */
export function isBarrel(file: SourceFile): boolean {
  if (!/\.tsx?$/.test(file.path) || file.path.endsWith('.d.ts')) return false;
  const { statements } = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest);
  const passesOn = (statement: ts.Statement): boolean =>
    ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined;
  return (
    statements.some(passesOn) && statements.every((s) => passesOn(s) || ts.isImportDeclaration(s))
  );
}
