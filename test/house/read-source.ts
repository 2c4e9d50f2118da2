/** Reads one source file into what the house rules ask about, so that comments and texts are never taken for code. */
import { posix } from 'node:path'
import ts from 'typescript'

/** One way in which a file names another: `import`, `export … from`, `import()` or the type `import('…')`. */
export interface ImportLine {
  readonly specifier: string
  /** The file it names, as a path below `src`; `null` for a package. */
  readonly target: string | null
  readonly typeOnly: boolean
}

export interface Source {
  /** Below `src`, with `/`: `domain/time.ts`. */
  readonly path: string
  readonly text: string
  readonly tree: ts.SourceFile
  readonly imports: readonly ImportLine[]
}

/** @param path - below `src`, with `/`; the file itself need not exist. */
export function readSource(path: string, text: string): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  const imports: ImportLine[] = []
  visit(tree, (node) => {
    const found = importIn(node)
    if (found === null) return
    const relative = found.specifier.startsWith('.')
    imports.push({ ...found, target: relative ? posix.join(posix.dirname(path), found.specifier) : null })
  })
  return { path, text, tree, imports }
}

/** Calls back for every node below `node`, parents before children. */
export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    see(child)
    visit(child, see)
  })
}

/** `line 12: const x: any = 1`: where a finding is, short enough for one line of a test report. */
export function place(source: Source, node: ts.Node): string {
  const line = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line
  return `line ${line + 1}: ${source.text.split('\n')[line]?.trim().slice(0, 80)}`
}

function importIn(node: ts.Node): Omit<ImportLine, 'target'> | null {
  if (ts.isImportDeclaration(node))
    return { specifier: textOf(node.moduleSpecifier), typeOnly: node.importClause?.isTypeOnly ?? false }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
    return { specifier: textOf(node.moduleSpecifier), typeOnly: node.isTypeOnly }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return { specifier: textOf(node.argument.literal), typeOnly: true }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0])
    return { specifier: textOf(node.arguments[0]), typeOnly: false }
  return null
}

/** An import of something computed is shown as it is written, and thereby counts as an unlisted library. */
function textOf(node: ts.Node): string {
  return ts.isStringLiteralLike(node) ? node.text : node.getText()
}
