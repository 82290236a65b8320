// Calls what the sandbox serves with the client of another language; prints what came of it.
const { clientFromToken } = require("scalingo");

const { SCALINGO_API_URL, SCALINGO_AUTH_URL, SCALINGO_API_TOKEN, SCALINGO_APP, KEY } = process.env;
const results = [];

async function call(name, act) {
  try {
    results.push({ name, value: (await act()) ?? null });
  } catch (error) {
    results.push({ name, failed: error.status ?? String(error), data: error.data ?? null });
  }
  return results.at(-1).value;
}

function heard(listener, listen) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("nothing was heard")), 20000).unref();
    listen(listener, resolve);
  }).finally(() => listener.close());
}

async function main() {
  const options = { apiUrl: SCALINGO_API_URL, authApiUrl: SCALINGO_AUTH_URL };
  const js = await clientFromToken(SCALINGO_API_TOKEN, options);
  const app = SCALINGO_APP;

  await call("Users.self", () => js.Users.self());
  await call("Regions.all", () => js.Regions.all());
  await call("Stacks.list", () => js.Stacks.list());
  const token = await call("Tokens.create", () => js.Tokens.create("guest"));
  await call("Tokens.renew", () => js.Tokens.renew(token.id));
  await call("Tokens.all", () => js.Tokens.all());
  await call("Tokens.destroy", () => js.Tokens.destroy(token.id));
  const key = await call("Keys.create", () => js.Keys.create("guest", KEY));
  await call("Keys.show", () => js.Keys.show(key.id));
  await call("Keys.all", () => js.Keys.all());
  await call("Keys.destroy", () => js.Keys.destroy(key.id));

  await call("Apps.create", () => js.Apps.create({ name: "guest-app" }));
  await call("Apps.rename", () => js.Apps.rename("guest-app", "guest-app", "guest-house"));
  await call("Apps.update", () => js.Apps.update("guest-house", { force_https: true }));
  await call("Apps.find", () => js.Apps.find("guest-house"));
  await call("Apps.all", () => js.Apps.all());
  await call("Apps.destroy", () => js.Apps.destroy("guest-house", "guest-house"));

  const variable = await call("Environment.create", () => js.Environment.create(app, { name: "TEA", value: "green" }));
  await call("Environment.update", () => js.Environment.update(app, variable.id, "black"));
  await call("Environment.bulkUpdate", () => js.Environment.bulkUpdate(app, [{ id: "", name: "CUP", value: "1" }]));
  const all = await call("Environment.for", () => js.Environment.for(app));
  const cup = all.find((each) => each.name === "CUP");
  await call("Environment.bulkDestroy", () => js.Environment.bulkDestroy(app, [cup.id]));
  await call("Environment.destroy", () => js.Environment.destroy(app, variable.id));

  const domain = await call("Domains.create", () => js.Domains.create(app, { name: "guest.example" }));
  await call("Domains.show", () => js.Domains.show(app, domain.id));
  await call("Domains.update", () => js.Domains.update(app, domain.id, { canonical: true }));
  await call("Domains.for", () => js.Domains.for(app));
  await call("Domains.destroy", () => js.Domains.destroy(app, domain.id));

  const invited = await call("Collaborators.invite", () => js.Collaborators.invite(app, { email: "guest@tea.example" }));
  await call("Collaborators.for", () => js.Collaborators.for(app));
  await call("Collaborators.destroy", () => js.Collaborators.destroy(app, invited.id));

  await call("Addons.listCategories", () => js.Addons.listCategories());
  await call("Addons.listProviders", () => js.Addons.listProviders());
  const addons = await call("Addons.for", () => js.Addons.for(app));
  await call("Addons.getAddon", () => js.Addons.getAddon(app, addons[0].id));

  await call("Containers.availableSizes", () => js.Containers.availableSizes());
  await call("Containers.for", () => js.Containers.for(app));
  await call("Containers.processes", () => js.Containers.processes(app));
  await call("Containers.run", () => js.Containers.run(app, { command: "true", detached: true }));
  const scaled = await call("Containers.scale", () => js.Containers.scale(app, [{ name: "web", amount: 3 }]));
  const operation = scaled.operation._id;
  await call("Operations.operation", () => js.Operations.operation(app, operation));

  await call("Events.for", () => js.Events.for(app, { page: 1, per_page: 5 }));
  await call("Events.all", () => js.Events.all());
  await call("Events.listEventTypes", () => js.Events.listEventTypes());
  await call("Events.listEventCategories", () => js.Events.listEventCategories());

  await call("Apps.logsURL", () => js.Apps.logsURL(app));
  await call("Logs.for", () => js.Logs.for(app, { count: 5 }));
  await call("Logs.listenerFor", async () =>
    heard(await js.Logs.listenerFor(app), (listener, done) => listener.onLog(done)));
  const { deployments } = (await call("Deployments.for", () => js.Deployments.for(app, { page: 1 }))) ?? {};
  await call("Deployments.find", () => js.Deployments.find(app, deployments[0].id));
  await call("Deployments.logs", () => js.Deployments.logs(app, deployments[0].id));
  await call("Deployments.purgeCache", () => js.Deployments.purgeCache(app));
  await call("Apps.deploymentListener", async () =>
    heard(await js.Apps.deploymentListener(app), (listener, done) => {
      listener.onNew(done);
      listener.onOpen(() =>
        js.Deployments.create(app, { git_ref: "v1", source_url: "https://files.example/v1.tar.gz" }));
    }));
}

main()
  .catch((error) => results.push({ name: "main", failed: String(error.stack) }))
  .finally(() => process.stdout.write(JSON.stringify(results, (key, value) => (key.endsWith("client") ? undefined : value)), () => process.exit(0)));
