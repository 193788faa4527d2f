"""The map of the administration in a real browser."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.ground import Ground

# Where a grid lies on the screen: the middle of the first polygon's box.
_MIDDLE = """async box => {
  const map = box.linliMap;
  if (!map.loaded()) await new Promise(done => map.once("idle", done));
  const { features } = await (await fetch(box.dataset.gridsUrl)).json();
  const ring = features[0].geometry.coordinates[0][0];
  const axis = k => (Math.min(...ring.map(p => p[k])) + Math.max(...ring.map(p => p[k]))) / 2;
  const { x, y } = map.project([axis(0), axis(1)]);
  return { x, y, code: features[0].properties.code, label: features[0].properties.label };
}"""


@pytest.mark.parametrize("box", ["territory-map", "division-map"])
def test_a_click_on_a_grid_leads_to_its_page(chromium: Browser, ground: Ground, box: str) -> None:
    village = ground.samples["territory:division.code"][0]
    place = {"territory-map": "", "division-map": f"divisions/{village}/"}[box]
    context = ground.open(chromium, "administrator", "en")
    page = context.new_page()
    page.goto(f"{ground.address}/manage/territory/{place}")
    page.locator(f"#{box} canvas").wait_for()
    spot = page.locator(f"#{box}").evaluate(_MIDDLE)
    page.locator(f"#{box}").click(position={"x": spot["x"], "y": spot["y"]})
    link = page.locator(".ll-map-popup a")
    expect(link).to_have_text(spot["label"])
    link.click()
    page.wait_for_url(f"**/manage/territory/grids/{spot['code']}/")
    context.close()
