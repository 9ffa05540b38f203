"""The player in a real headless browser: it loads, plays, steps, shows the line and the formula, and no error."""

import json
import re

import numpy as np
import pytest

from scratchml import trace
from scratchml.cluster import KMeans
from scratchml.core import finish
from tests.trace.browser import Browser, find_browser

X = np.array([[0.0, 0.0], [1.0, 0.3], [0.5, 1.0], [6.0, 5.0], [7.0, 5.5], [6.4, 6.0], [3.0, 3.1]])


def traced(init):
    """Return the trace of a small fit of k-means."""
    with trace.record() as tr:
        KMeans(2, init=init, n_init=1).fit(X)
    return tr


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return a folder with a page of one trace, and one of two."""
    folder = tmp_path_factory.mktemp("pages")
    good, bad = traced(X[[0, 3]]), traced(X[[3, 4]])
    good.to_html(folder / "one.html")
    trace.compare_html(good, bad, folder / "two.html", labels=("far apart", "close together"))
    return folder, good, bad


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Return a browser, or skip."""
    path = find_browser()
    if path is None:
        pytest.skip("no browser is installed: apt-get install chromium, or let SCRATCHML_BROWSER name one")
    browser = Browser(path, tmp_path_factory.mktemp("profile"))
    try:
        browser.__enter__()
    except TimeoutError as error:  # a stub that only says how to install one, or a machine that allows none
        pytest.skip(f"{path} does not start: {error}")
    yield browser
    browser.__exit__()


# ---- what the file holds


def test_the_page_is_one_file_that_asks_no_network_for_anything(pages):
    text = (pages[0] / "two.html").read_text()
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", text)
    assert "@import" not in text
    assert "fetch(" not in text
    assert len(text) < 4_000_000


def test_a_hostile_trace_is_shown_as_text(tmp_path):
    with trace.record() as tr:
        finish(iter(["</script><script>alert(1)</script>"] * 2))
    page = tr.to_html(tmp_path / "x.html").read_text()
    assert page.count("</script>") == 2  # the page's own
    assert "alert(1)" in page


def test_what_cannot_be_played_is_named(tmp_path):
    empty = trace.Trace()
    with pytest.raises(ValueError, match="empty"):
        empty.to_html(tmp_path / "x.html")
    tr = traced(X[[0, 3]])
    with pytest.raises(ValueError, match="frames=1"):
        tr.to_html(tmp_path / "x.html", frames=1)
    with pytest.raises(TypeError, match="frames"):
        tr.to_html(tmp_path / "x.html", frames=2.5)
    with pytest.raises(TypeError, match="other"):
        tr.to_html(tmp_path / "x.html", other=[1])


def test_frames_are_spread_evenly_and_the_page_says_what_it_leaves_out(tmp_path):
    with trace.record() as tr:
        finish(iter([0.5, 1.5, 2.5, 3.5, 4.5]))
    page = tr.to_html(tmp_path / "x.html", frames=3).read_text()
    assert "2 steps between these are left out." in page
    for number in (0, 2, 4):
        assert f"step {number}: " in page


def test_of_two_long_traces_the_same_steps_are_shown_and_the_one_where_they_part(tmp_path):
    found = []
    for part in (0.0, 1.0):
        with trace.record() as tr:
            finish(iter([float(k) + part * (k > 6) for k in range(20 + int(40 * part))]))
        found.append(tr)
    page = trace.compare_html(*found, tmp_path / "x.html", frames=5).read_text()
    shown = json.loads(page.partition('id="page">')[2].partition("</script>")[0])
    numbers = [[int(re.search("step ([0-9]+):", f["title"])[1]) for f in t["frames"]] for t in shown["traces"]]
    assert [0, 7, 15, 19, 30, 44, 59] == numbers[1]
    assert numbers[1][:4] == numbers[0]
    assert 1 == shown["parting"]["at"]


# ---- in the browser


def test_it_loads_steps_and_shows_formula_line_and_words(browser, pages):
    folder, tr, _ = pages
    browser.open(folder / "one.html")
    assert f"picture 1 of {len(tr)}" == browser.run("document.getElementById('place').textContent")
    assert browser.run("document.querySelector('section img').naturalWidth") > 200  # the picture is one
    browser.press("ArrowRight")
    assert f"picture 2 of {len(tr)}" == browser.run("document.getElementById('place').textContent")
    formula = browser.run("document.querySelector('.formula').textContent")
    assert "inertia = sum_i" in formula
    assert f"= {tr[1].inertia:.6g}" in formula
    line = browser.run("document.querySelector('.source .now').textContent")
    assert [str(tr.event(1).line), "yield", "step"] == line.split()
    shaded = browser.run("[...document.querySelectorAll('.source .work')].map(s => s.textContent).join('')")
    assert "assigner(centres, labels" in shaded  # the line that did it, not only the one that says so
    assert "calls assign_blocks (scratchml/cluster/assign.py" in browser.run(
        "document.querySelector('details[open] summary').textContent"
    )
    assert "@kernel" in browser.run("document.querySelector('details[open] pre').textContent")
    spoken = browser.run("document.getElementById('status').textContent")
    assert "assign" in spoken
    assert spoken == browser.run("document.querySelector('section img').alt")
    browser.press("End")
    assert str(len(tr) - 1) == browser.run("document.getElementById('slider').value")
    browser.press("Home")
    browser.press("ArrowLeft")  # there is nothing before the first
    assert "0" == browser.run("document.getElementById('slider').value")
    assert [] == browser.problems


def test_it_plays_to_the_end_and_pauses(browser, pages):
    folder, tr, _ = pages
    browser.open(folder / "one.html")
    browser.run("page.interval = 40")
    browser.click("#play")
    assert "Pause" == browser.run("document.getElementById('play').textContent")
    browser.wait(f"document.getElementById('slider').value === '{len(tr) - 1}'")
    browser.wait("document.getElementById('play').textContent === 'Play'")
    browser.run("page.interval = 100000")
    browser.run("document.activeElement.blur()")
    browser.press(" ")  # from the start again
    assert "Pause" == browser.run("document.getElementById('play').textContent")
    browser.press(" ")
    assert "Play" == browser.run("document.getElementById('play').textContent")
    assert [] == browser.problems


def test_slider_buttons_and_curve_lead_to_a_step(browser, pages):
    folder, tr, _ = pages
    browser.open(folder / "one.html")
    browser.click("#ahead")
    browser.click("#ahead")
    browser.click("#back")
    assert "1" == browser.run("document.getElementById('slider').value")
    browser.run("const s = document.getElementById('slider'); s.value = 3; s.dispatchEvent(new Event('input'))")
    assert "picture 4 " in browser.run("document.getElementById('place').textContent")
    browser.click("#curve")
    assert str(round((len(tr) - 1) / 2)) == browser.run("document.getElementById('slider').value")
    assert [] == browser.problems


def test_two_traces_go_side_by_side(browser, pages):
    folder, good, bad = pages
    browser.open(folder / "two.html")
    assert ["far apart", "close together"] == browser.run(
        "[...document.querySelectorAll('h2')].map(h => h.textContent)"
    )
    most = max(len(good), len(bad))
    browser.press("End")
    assert f"picture {most} of {most}" == browser.run("document.getElementById('place').textContent")
    words = browser.run("[...document.querySelectorAll('section img')].map(i => i.alt)")
    assert 2 == len(words)
    assert all("best" in word for word in words)  # the shorter one waits at its end
    assert 2 == browser.run(
        "new Set([...document.querySelectorAll('#curve path')].map(p => p.getAttribute('stroke'))).size"
    )
    assert [] == browser.problems


def test_the_page_tells_where_two_traces_part_and_leads_there(browser, pages, tmp_path):
    folder, good, _ = pages
    browser.open(folder / "two.html")
    words = browser.run("document.getElementById('parting').textContent")
    assert "They part at step 0 (seed): centres[0, 0] is 0.0 in far apart, 6.0 in close together." in words
    browser.press("End")
    browser.click("#parting button")
    assert "0" == browser.run("document.getElementById('slider').value")
    assert 1 == browser.run("document.querySelectorAll('#curve line').length")
    browser.open(trace.compare_html(good, good, tmp_path / "same.html"))
    assert "They do not part" in browser.run("document.getElementById('parting').textContent")
    assert 0 == browser.run("document.querySelectorAll('#parting button, #curve line').length")
    browser.open(trace.compare_html(good[:3], good, tmp_path / "short.html"))
    assert "until first ends; second goes on with assign" in browser.run(
        "document.getElementById('parting').textContent"
    )
    browser.open(folder / "one.html")
    assert browser.run("document.getElementById('parting').hidden")
    assert [] == browser.problems


def test_a_readers_step_is_shown_beside_ours(browser, tmp_path):
    def mine(X, centres):
        return np.abs(X[:, None] - centres).sum(axis=2).argmin(axis=1)

    traces = []
    for model in (ours := KMeans(2, init=X[[0, 3]], n_init=1), trace.graft(ours, assign_points=mine)):
        with trace.record() as tr:
            model.fit(X)
        traces.append(tr)
    browser.open(trace.compare_html(*traces, tmp_path / "both.html", labels=("ours", "mine")))
    assert "with your assign_points (mine, test_player.py" in browser.run(
        "document.querySelector('.second .file').textContent"
    )
    browser.press("ArrowRight")
    shown = "document.querySelector('.second details[open]').textContent"
    assert "your assign_points: mine (tests/trace/test_player.py" in browser.run(shown)
    assert "argmin(axis=1)" in browser.run(shown)
    browser.run("document.querySelector('.second details summary').click()")  # closed by the reader, it stays closed
    browser.wait("document.querySelectorAll('.second details[open]').length === 0")
    browser.press("ArrowRight")
    assert 0 == browser.run("document.querySelectorAll('.second details[open]').length")
    browser.run("document.querySelector('.second summary').focus()")
    browser.press(" ")  # opens what it stands on; nothing plays
    browser.wait("document.querySelectorAll('.second details[open]').length === 1")
    assert "Play" == browser.run("document.getElementById('play').textContent")
    assert [] == browser.problems


def test_nothing_is_cut_off_or_squeezed_on_a_narrow_screen(browser, pages):
    browser.ask("Emulation.setDeviceMetricsOverride", width=360, height=700, deviceScaleFactor=1, mobile=True)
    try:
        for name in ("one.html", "two.html"):
            browser.open(pages[0] / name)
            beyond = "[...document.querySelectorAll('section, img, pre, button, #slider, #graph')]" + (
                ".filter(e => e.getBoundingClientRect().right > 360).map(e => e.tagName)"
            )
            assert [] == browser.run(beyond)
            assert "inertia: highest" in browser.run("document.getElementById('highest').textContent")
            assert 0 == browser.run("document.querySelectorAll('#curve text').length")  # the curve is stretched
        browser.open(pages[0] / "two.html")  # both pictures stand above both sources
        low = "Math.max(...[...document.querySelectorAll('section img')].map(e => e.getBoundingClientRect().bottom))"
        high = "Math.min(...[...document.querySelectorAll('.source')].map(e => e.getBoundingClientRect().top))"
        assert browser.run(f"{low} < {high}")
        assert browser.run("[...document.querySelectorAll('.who')].every(e => e.offsetHeight > 0)")
    finally:
        browser.ask("Emulation.clearDeviceMetricsOverride")
    assert [] == browser.problems


def test_a_page_without_a_number_to_follow_shows_no_empty_curve(browser, tmp_path):
    with trace.record() as tr:
        finish(iter(["one", "two"]))
    browser.open(tr.to_html(tmp_path / "x.html"))
    assert browser.run("document.getElementById('graph').hidden")
    assert [] == browser.problems


def test_the_browser_would_notice_an_error_and_a_request(browser, pages):
    browser.open(pages[0] / "one.html")
    browser.run("console.error('broken'); setTimeout(() => { throw new Error('late') }, 0); 0")
    browser.run("fetch('http://127.0.0.1:9/').catch(() => 0); 0")
    browser.run("window.later = false; setTimeout(() => { window.later = true }, 200); 0")
    browser.wait("window.later")
    assert 3 <= len(browser.problems)
    browser.problems.clear()
