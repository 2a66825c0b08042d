import * as echarts from 'echarts'
import { relative } from './figures.mjs'
import { http } from './sections.mjs'

const row = 24
const ours = '#1a7f64'
const bare = '#c8cdd2'
const theirs = '#6b7b8c'

/** Requests a second over HTTP, relative to the bare framework: one group of bars for each. @param {import('./bars.mjs').Results} results */
export function chart(results) {
  const groups = http
    .filter(({ id }) => id !== 'http-zipf')
    .flatMap(({ id, bases, title }) =>
      bases.map((base) => ({
        title: id === 'http-dpop' ? 'Express 5, DPoP' : base,
        ...group(results, id, base),
        full: title,
      })),
    )
    .filter(({ bars }) => bars.length > 0)
  let top = 50
  const grids = groups.map(({ bars }) => {
    const grid = { left: 250, right: 60, top, height: bars.length * row }
    top += bars.length * row + 44
    return grid
  })
  const image = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 860, height: top })
  image.setOption(options(groups, grids))
  const svg = image.renderToSVGString()
  image.dispose()
  return svg
}

/** @param {import('./bars.mjs').Results} results @param {string} id @param {string} base */
function group(results, id, base) {
  const rows = /** @type {import('./bars.mjs').Http[]} */ (results[id] ?? [])
  const own = rows.filter(({ name }) => name === base || name.startsWith(`${base},`))
  const bars = own.map(({ name }) => ({
    label: name === base ? 'bare' : name.slice(base.length + 2).replace('DPoP, ', ''),
    value: relative(results, id, name, base)[0] ?? 0,
  }))
  return { bars: bars.toSorted((a, b) => a.value - b.value) }
}

/**
 * @param {readonly { title: string, bars: { label: string, value: number }[] }[]} groups
 * @param {{ left: number, right: number, top: number, height: number }[]} grids
 * @returns {import('echarts').EChartsOption}
 */
function options(groups, grids) {
  const heading = {
    text: 'Requests a second, relative to the bare framework',
    left: 12,
    top: 8,
    textStyle: { fontSize: 15 },
  }
  return {
    animation: false,
    backgroundColor: '#ffffff',
    title: [
      heading,
      ...groups.map(({ title }, index) => ({
        text: title,
        left: 250,
        top: (grids[index]?.top ?? 0) - 20,
        textStyle: { fontSize: 12 },
      })),
    ],
    grid: grids,
    xAxis: groups.map((_, gridIndex) => ({ gridIndex, type: 'value', min: 0, max: 1.05, show: false })),
    yAxis: groups.map(({ bars }, gridIndex) => ({
      gridIndex,
      type: 'category',
      data: bars.map(({ label }) => label),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: '#24292f' },
    })),
    series: groups.map(({ bars }, index) => ({
      type: 'bar',
      xAxisIndex: index,
      yAxisIndex: index,
      barWidth: 15,
      label: { show: true, position: 'right', color: '#24292f' },
      data: bars.map(({ label, value }) => ({
        value: Number(value.toFixed(2)),
        itemStyle: { color: colour(label) },
      })),
    })),
  }
}

/** @param {string} label */
function colour(label) {
  if (label === 'portcullis') return ours
  return label === 'bare' ? bare : theirs
}
