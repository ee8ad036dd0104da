# Rows as tiles of a grid that is 48 wide: a heading, then its charts in equal widths.
locals {
  row_height     = 14
  heading_height = 2

  headings = [for index, row in local.rows : {
    xPos   = 0
    yPos   = index * (local.heading_height + local.row_height)
    width  = 48
    height = local.heading_height
    widget = { title = row.title, sectionHeader = { dividerBelow = true } }
  }]

  charts = flatten([for index, row in local.rows : [for place, chart in row.charts : {
    xPos   = place * (48 / length(row.charts))
    yPos   = index * (local.heading_height + local.row_height) + local.heading_height
    width  = 48 / length(row.charts)
    height = local.row_height
    widget = {
      title = chart.title
      xyChart = {
        dataSets = [for line in chart.queries : {
          plotType       = "LINE"
          targetAxis     = "Y1"
          legendTemplate = line.legend
          timeSeriesQuery = {
            prometheusQuery = line.query
            unitOverride    = chart.unit
          }
        }]
      }
    }
  }]])

  dashboard = {
    displayName  = "BitFlow builds"
    mosaicLayout = { columns = 48, tiles = concat(local.headings, local.charts) }
  }
}
