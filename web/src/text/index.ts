/** All English text of the app, by room. A translation is another object of this shape. */
import { compare } from "./compare";
import { components } from "./components";
import { connections } from "./connections";
import { connectors } from "./connectors";
import { designer } from "./designer";
import { dragging } from "./dragging";
import { errors } from "./errors";
import { events } from "./events";
import { flow } from "./flow";
import { flows } from "./flows";
import { history } from "./history";
import { home } from "./home";
import { inbox } from "./inbox";
import { problems } from "./problems";
import { run } from "./run";
import { sandbox } from "./sandbox";
import { schedule } from "./schedule";
import { settings } from "./settings";
import { shell } from "./shell";
import { cancelling, states } from "./states";
import { tables } from "./tables";
import { templates } from "./templates";

export const text = {
  cancelling,
  compare,
  components,
  connections,
  connectors,
  designer,
  dragging,
  errors,
  events,
  flow,
  flows,
  history,
  home,
  inbox,
  problems,
  run,
  sandbox,
  schedule,
  settings,
  shell,
  states,
  tables,
  templates,
};
