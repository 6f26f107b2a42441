"""The manifests for Kubernetes: they parse, name each other rightly, are closed, and fit what the connector serves."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from connector.console.desk import ROOT
from connector.settings import NAMES, load
from connector.vitals import Board
from connector.wiring import wall_clock
from tests.hosted.conftest import SECRET, serving

FOLDER = Path(__file__).parent.parent / "deploy/kubernetes"
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
SECRETS = {"salesforce_client_secret", "operate_client_secret", "operate_password"}
EXTRA = {
    "connector_nudge_secret",
    "connector_alert_urls",
    "connector_console_password_hash",
    "connector_console_viewer_hash",
    "connector_oidc_client_secret",
}


def _objects(file: str, *, extra: bool = False) -> list[Any]:
    """What a file holds; with the lines for nudges, alerts and the console switched on where wanted."""
    text = (FOLDER / file).read_text(encoding="utf-8")
    if extra:
        text = re.sub(
            r"# (?=(- \{name: )?(CONNECTOR_(NUDGE|ALERT|CONSOLE|OIDC)|connector_(nudge|alert|console|oidc)))", "", text
        )
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)  # as kubectl reads it: a bare `on` is a truth there
    return list(yaml.load_all(text))


def _one(kind: str, name: str = "connector", *, extra: bool = False) -> Any:
    """The only object of that kind and name."""
    (found,) = (
        each
        for file in FILES
        for each in _objects(file, extra=extra)
        if (each["kind"], each["metadata"]["name"]) == (kind, name)
    )
    return found


def _pods() -> list[Any]:
    return [_one("StatefulSet")["spec"]["template"], _one("Job", "connector-check")["spec"]["template"]]


def _restoring() -> Any:
    return _one("Pod", "connector-restore")


def _container(pod: Any) -> Any:
    (container,) = pod["spec"]["containers"]
    return container


def _environment(container: Any) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container["env"]}


def test_each_file_holds_objects_of_stable_versions_without_a_namespace() -> None:
    """They go where `kubectl --namespace` says, and into any cluster of today."""
    found = [each for file in FILES for each in _objects(file)]
    assert {each["apiVersion"] for each in found} == {"v1", "apps/v1", "batch/v1", "networking.k8s.io/v1"}
    assert all("namespace" not in each["metadata"] for each in found)
    names = [(each["kind"], each["metadata"]["name"]) for each in found]
    assert len(names) == len(set(names))


def test_one_pod_at_most_works_on_the_ledger() -> None:
    """A StatefulSet of one, and a volume that one pod may use; nothing deletes it."""
    spec = _one("StatefulSet")["spec"]
    assert spec["replicas"] == 1
    (claim,) = spec["volumeClaimTemplates"]
    assert claim["spec"]["accessModes"] == ["ReadWriteOncePod"]
    assert set(spec["persistentVolumeClaimRetentionPolicy"].values()) == {"Retain"}
    assert spec["template"]["spec"]["terminationGracePeriodSeconds"] >= 30


def test_names_that_objects_have_of_each_other_exist() -> None:
    """Selectors find the pod, and the pod finds its account, settings, secret and volumes."""
    spec = _one("StatefulSet")["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert spec["selector"]["matchLabels"].items() <= labels.items()
    assert _one("Service", spec["serviceName"])["spec"]["clusterIP"] == "None"
    for name in ("connector", spec["serviceName"]):
        service = _one("Service", name)["spec"]
        assert service["selector"].items() <= labels.items()
        assert [port["targetPort"] for port in service["ports"]] == ["http"]
    for pod in _pods():
        container = _container(pod)
        assert _one("ServiceAccount", pod["spec"]["serviceAccountName"])["automountServiceAccountToken"] is False
        assert _one("ConfigMap", container["envFrom"][0]["configMapRef"]["name"])
        volumes = {each["name"]: each for each in pod["spec"]["volumes"]}
        assert _one("Secret", volumes["secrets"]["secret"]["secretName"])
        claims = {"ledger"} if container["args"] == ["run"] else set()
        assert {each["name"] for each in container["volumeMounts"]} == volumes.keys() | claims


@pytest.mark.parametrize("which", [0, 1, 2])
def test_pods_pass_the_standard_restricted(which: int) -> None:
    """What Pod Security Standards ask for "restricted", a read-only root besides, and no token of the cluster."""
    template = [*_pods(), _restoring()][which]
    pod = template["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == pod["securityContext"]["fsGroup"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert _container(template)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC", "hostUsers"} & pod.keys()
    assert all({"emptyDir", "secret", "persistentVolumeClaim"} & volume.keys() for volume in pod["volumes"])


def test_pod_learns_no_variables_of_services() -> None:
    """CONNECTOR_PORT and CONNECTOR_SERVICE_HOST would be told as settings that nobody knows."""
    assert all(pod["spec"]["enableServiceLinks"] is False for pod in _pods())


def test_probes_ask_what_the_connector_serves() -> None:
    """Before its first backfill the pod lives and is not ready; it must not be restarted for that."""
    container = _container(_pods()[0])
    probes = [container[name]["httpGet"] for name in ("livenessProbe", "readinessProbe")]
    assert [probe["path"] for probe in probes] == ["/healthz", "/readyz"]
    (port,) = container["ports"]
    assert {probe["port"] for probe in probes} == {port["name"]}
    assert _environment(container)["CONNECTOR_LISTEN"] == f"0.0.0.0:{port['containerPort']}"
    with serving(Board(wall_clock())) as web:
        assert [web.ask("GET", probe["path"]).status for probe in probes] == [200, 503]


def test_nudges_reach_a_pod_that_is_not_ready() -> None:
    """An Ingress that lets only nudges through, and Services that leave no pod out."""
    assert all(_one("Service", name)["spec"]["publishNotReadyAddresses"] for name in ("connector", "connector-pods"))
    ingress = _one("Ingress")["spec"]
    assert ingress["tls"]
    (path,) = (path for rule in ingress["rules"] for path in rule["http"]["paths"])
    assert path["path"] == "/nudge/"
    assert path["backend"]["service"] == {"name": "connector", "port": {"name": "http"}}
    with serving(Board(wall_clock())) as web:
        assert web.ask("POST", path["path"] + "salesforce/" + SECRET).status == 200


def test_people_reach_the_console_by_a_name_of_its_own_and_nothing_else() -> None:
    """An Ingress with TLS that lets only the console through, to the port of the pod."""
    ingress, nudges = _one("Ingress", "connector-console")["spec"], _one("Ingress")["spec"]
    (path,) = (path for rule in ingress["rules"] for path in rule["http"]["paths"])
    assert path["path"] == ROOT
    assert path["backend"]["service"] == {"name": "connector", "port": {"name": "http"}}
    hosts = [{host for tls in spec["tls"] for host in tls["hosts"]} for spec in (ingress, nudges)]
    assert hosts[0] == {rule["host"] for rule in ingress["rules"]}
    assert not hosts[0] & hosts[1]


def test_every_secret_is_a_file_and_the_template_holds_none() -> None:
    """What the pod looks for is what the template has; with the lines for nudges, alerts and the console, too."""
    for extra, wanted in ((False, SECRETS), (True, SECRETS | EXTRA)):
        kept = _one("Secret", extra=extra)["stringData"]
        assert set(kept) == wanted
        assert set(kept.values()) == {""}
        for kind, name in (("StatefulSet", "connector"), ("Job", "connector-check")):
            container = _container(_one(kind, name, extra=extra)["spec"]["template"])
            files = {key: value for key, value in _environment(container).items() if key.endswith("_FILE")}
            assert {key.removesuffix("_FILE").lower() for key in files} == wanted
            assert set(files.values()) == {f"/run/secrets/connector/{secret}" for secret in wanted}


@pytest.mark.parametrize("extra", [False, True])
def test_settings_of_the_template_are_read_once_they_are_filled_in(tmp_path: Path, extra: bool) -> None:
    """Every name is a setting, and the values that stand there are allowed; with the lines of the console, too."""
    data = _one("ConfigMap", extra=extra)["data"]
    assert set(data) <= set(NAMES)
    assert {type(value) for value in data.values()} == {str}
    assert ("CONNECTOR_CONSOLE" in data) is extra
    environment = data | _environment(_container(_pods()[0]))
    for name, value in environment.items():
        if name.endswith("_FILE"):
            (tmp_path / Path(value).name).write_text("made up", encoding="utf-8")
            environment[name] = str(tmp_path / Path(value).name)
        environment[name] = environment[name] or "made up"
    found = load(environment, tmp_path)
    assert found.missing() == ()
    assert found.warnings == ()
    assert str(found.ledger_path).startswith("/data/")
    found.expect_console()


def test_check_sees_what_the_connector_will_see() -> None:
    """The same image, settings and secrets, tried once."""
    run, check = (_container(pod) for pod in _pods())
    assert (run["args"], check["args"]) == (["run"], ["check"])
    assert all(run[key] == check[key] for key in ("image", "env", "envFrom", "securityContext"))
    job = _one("Job", "connector-check")["spec"]
    assert job["backoffLimit"] == 0
    assert job["template"]["spec"]["restartPolicy"] == "Never"
    assert (
        job["template"]["metadata"]["labels"].items()
        >= {"app.kubernetes.io/part-of": run["image"].split(":")[0]}.items()
    )


def test_network_is_closed_but_for_what_is_needed() -> None:
    """In: one port, from two namespaces. Out: names and HTTPS. Both pods are meant; the Service finds one."""
    policy = _one("NetworkPolicy")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    for pod in _pods():
        assert policy["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    selector = _one("Service")["spec"]["selector"]
    assert [selector.items() <= pod["metadata"]["labels"].items() for pod in _pods()] == [True, False]
    (inwards,) = policy["ingress"]
    assert inwards["ports"] == [{"port": 8321, "protocol": "TCP"}]
    assert all("namespaceSelector" in source for source in inwards["from"])
    assert {port["port"] for way in policy["egress"] for port in way["ports"]} == {53, 443}


def test_a_copy_is_put_back_into_the_volume_of_the_one_pod() -> None:
    """The restoring pod has the claim that the StatefulSet makes, where the connector looks, and no Service."""
    claim = _one("StatefulSet")["spec"]["volumeClaimTemplates"][0]["metadata"]["name"]
    pod = _restoring()
    assert pod["spec"]["volumes"] == [{"name": claim, "persistentVolumeClaim": {"claimName": f"{claim}-connector-0"}}]
    assert _container(pod)["volumeMounts"] == [{"name": claim, "mountPath": "/data"}]
    assert _container(pod)["image"] == _container(_pods()[0])["image"]
    assert not _one("Service")["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
