import { expect, test } from 'vitest'
import { freshForSeconds } from './freshness.js'

test.each([
  [null, 600],
  ['', 600],
  ['public, must-revalidate', 600],
  ['s-maxage=900', 600],
  ['x-max-age=900', 600],
  ['max-age=900', 900],
  ['public, Max-Age="900"', 900],
  ['max-age=300', 300],
  ['max-age=299', 300],
  ['max-age=0', 300],
  ['max-age=3600', 3600],
  ['max-age=99999999999999999999999', 3600],
  ['max-age=1200, max-age=900', 900],
  ['no-store', 300],
  ['max-age=900, No-Cache', 300],
  ['no-cache="set-cookie", max-age=900', 300],
  ['max-age', 300],
  ['max-age=', 300],
  ['max-age=-1', 300],
  ['max-age=1.5', 300],
  ['max-age=1e3', 300],
  ['max-age=NaN', 300],
  ['extension="max-age=900"', 600],
  [',,=;"', 600],
])('Cache-Control %j means fresh for %d s (META-07, RFC 9111 §5.2.2)', (cacheControl, seconds) => {
  expect(freshForSeconds(cacheControl)).toBe(seconds)
})
