// Removes from dist, in the package where it runs, what no source makes any more: the compiler leaves it, and it would be published.
import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const written = existsSync('dist') ? await readdir('dist', { recursive: true }) : []
for (const file of written) {
  const source = file.replace(/(?:\.d\.ts|\.js)(?:\.map)?$/, '.ts')
  if (source !== file && !existsSync(join('src', source))) await rm(join('dist', file))
}
