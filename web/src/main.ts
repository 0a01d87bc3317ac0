/** Starts the console: one state, one link, one map, and the panels that watch the state. */

import "ol/ol.css";
import "./style.css";
import { byId, say } from "./dom.js";
import { KEY_HELP, listenToKeys } from "./keys.js";
import { SocketLink, ticketFrom } from "./link.js";
import { MapView } from "./mapView.js";
import { openingOf } from "./opening.js";
import { overlayOf } from "./overlay.js";
import { AlertList } from "./panels/alerts.js";
import { banner } from "./panels/banner.js";
import { ControlPanel } from "./panels/control.js";
import { hookedPanel } from "./panels/hooked.js";
import { OrdersPanel } from "./panels/orders.js";
import { sayingsPanel } from "./panels/sayings.js";
import { helpTable, Settings } from "./panels/settings.js";
import { Tabs } from "./panels/tabs.js";
import { TrackTable } from "./panels/trackTable.js";
import { NO_FILTER, sortedRows } from "./rows.js";
import { ConsoleState } from "./state.js";

const state = new ConsoleState();
let map: MapView | null = null;
let sensorsShown = 0;

banner(state);
hookedPanel(state);
sayingsPanel(state);
const tabs = new Tabs();
const table = new TrackTable(state);
const alerts = new AlertList(state);
const orders = new OrdersPanel(state);
const control = new ControlPanel(state);
const settings = new Settings(state);
byId("key-help").append(helpTable(KEY_HELP));
tabs.watch((name) => {
  if (name === "tracks") table.refresh();
});

state.watch(["static"], openMap);
state.watch(["tick", "hook", "session"], () => map?.pictureChanged());
window.setInterval(showDetail, 250);

/** Make the map when the server has told where it is, or show another seat's land on it. */
function openMap(): void {
  const { fixed } = state;
  if (fixed === null) return;
  if (map === null) {
    const source = {
      store: state.store,
      overlay: (plane: MapView["plane"], atlas: Parameters<typeof overlayOf>[2]) => overlayOf(state, plane, atlas),
      ahead: (now: number) => state.ahead(now),
      labelOf: (row: number) => state.labelOf(row),
      hooked: () => state.hooked,
      onHook: (track: number) => state.hook(track),
    };
    map = new MapView(byId("map"), source, openingOf(fixed), settings.theme, settings.planeName);
    settings.attach(map);
  } else if (state.showsData() && sensorsShown !== fixed.sensors.length) {
    map.reopen(openingOf(fixed));
  }
  sensorsShown = fixed.sensors.length;
  map.setLand(fixed.land, fixed.assets);
  map.pictureChanged();
}

function showDetail(): void {
  if (map === null) return;
  const { detail, level } = map.governor;
  const lowered = level === 0 || map.painted.symbols + map.painted.labels >= 2 * map.painted.inView ? "" : ` \u00b7 detail lowered to ${detail.symbols} symbols, ${detail.labels} labels`;
  say(byId("detail"), `${map.painted.inView} in view, ${map.painted.symbols} symbols, ${map.painted.labels} labels${lowered}`);
}

function cycleTrack(by: 1 | -1): void {
  const rows = sortedRows(state.store, NO_FILTER, "identity", false);
  if (rows.length === 0) return;
  const at = rows.indexOf(state.store.rowOf(state.hooked));
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : (at + by + rows.length) % rows.length;
  state.hook(state.store.id[rows[next]]);
}

function centreHooked(): void {
  const row = state.store.rowOf(state.hooked);
  if (row >= 0) map?.centre(state.store.lon[row], state.store.lat[row]);
}

listenToKeys({
  tab: (number) => tabs.showNumber(number),
  help: () => tabs.showNumber(5),
  theme: () => settings.cycle("theme"),
  nextAlert: () => {
    if (alerts.next() === null) say(byId("announce"), "no alert is open");
    else centreHooked();
  },
  acknowledge: () => {
    for (const [key, entry] of state.alerts) if (entry.track === state.hooked) state.acknowledge(key);
  },
  cycleTrack,
  unhook: () => {
    state.lostTrack = 0;
    state.hook(0);
  },
  centre: centreHooked,
  table: () => {
    tabs.show("tracks");
    table.focus();
  },
  vectors: () => settings.cycle("vector"),
  history: () => settings.cycle("history"),
  labels: () => settings.cycle("labels"),
  coverage: () => settings.cycle("coverage"),
  order: (act) => {
    tabs.show("orders");
    orders.focus(act);
  },
  pause: () => control.pause(),
  step: () => control.step(),
  pan: (right, up) => map?.nudge(right, up, 0),
  zoom: (by) => map?.nudge(0, 0, by),
  reset: () => map?.reset(),
});

const ticket = ticketFrom(window.location.hash);
if (ticket === null) {
  state.onState("refused", "this address names no seat", 0);
} else {
  const address = `${window.location.protocol === "https:" ? "wss" : "ws"}://${window.location.host}/ws`;
  state.link = new SocketLink(address, ticket, state);
}
// Another link opened in the same window has another seat behind the #, which alone would not load the page anew.
window.addEventListener("hashchange", () => window.location.reload());
