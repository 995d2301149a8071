"""Each level of the fidelity tower, called alone: physics, not digits."""

import numpy as np
import pytest


def test_a_product_takes_longer_when_it_is_larger_or_the_clock_lower(af):
    device = af.Profile("lib:profiles/h200_sxm")
    m = np.array([64, 256, 1024, 8192])
    t = device.gemm(m, 8192, 8192)
    assert t.time_s.shape == (4,)
    assert (np.diff(t.time_s) > 0).all()
    assert (t.low_s < t.time_s).all()
    assert (t.time_s < t.high_s).all()
    flop = 2.0 * m * 8192 * 8192
    assert (flop / t.time_s <= device.peak_flop_s["bf16"]).all(), "no product is faster than the peak"
    assert device.gemm(8192, 8192, 8192, clock=0.6).time_s > device.gemm(8192, 8192, 8192).time_s
    assert device.gemm(8192, 8192, 8192, precision="fp8").time_s < device.gemm(8192, 8192, 8192).time_s
    assert isinstance(device.gemm(64, 64, 64).time_s, float)


def test_attention_grows_with_its_context(af):
    device = af.Profile("lib:profiles/h200_sxm")
    t = device.attention_decode(32, np.array([1000, 4000, 16000]), heads=32, kv_heads=8)
    assert (np.diff(t.time_s) > 0).all()
    byte = 2 * 32 * 16000 * 8 * 128 * 2
    assert byte / t.time_s[-1] <= 1.05 * device.hbm_byte_s
    assert device.attention_prefill(1, 4000, heads=32, kv_heads=8).time_s > device.attention_prefill(1, 1000, heads=32, kv_heads=8).time_s
    experts = device.grouped_gemm(256, top_k=8, experts=256, hidden=7168, inter=2048, precision="fp8_block")
    assert experts.time_s > 0


@pytest.mark.parametrize(
    "shape", [(0, 1, 1), (float("nan"), 1, 1), (1, -5, 1), (1, 1, float("inf")), ("a", 1, 1), (np.ones(2), np.ones(3), 1), (None, 1, 1)]
)
def test_impossible_shapes(af, shape):
    with pytest.raises((af.InputError, TypeError)) as caught:
        af.Profile("lib:profiles/h200_sxm").gemm(*shape)
    if isinstance(caught.value, af.InputError):
        assert caught.value.diagnostics[0].code == "AF5061"


def test_unknown_words_tell_the_known_ones(af):
    with pytest.raises(af.InputError, match="did you mean `fp8`"):
        af.Profile("lib:profiles/h200_sxm").gemm(1, 1, 1, precision="fp88")
    with pytest.raises(af.ScenarioError, match="h200_sxm"):
        af.Profile("lib:profiles/h200_sxn")
    with pytest.raises(af.InputError, match="it has") as caught:
        af.Profile("lib:profiles/h200_sxm").gemm(1, 1, 1, kernel="cutlass")
    assert caught.value.diagnostics[0].code == "AF5062"


def test_one_engine_iteration(af):
    replica = af.Replica(model="lib:models/llama-3.1-70b", profile="lib:profiles/h200_sxm", tp=8)
    small, large = replica.iteration(n_decode=8, context="2 ktok"), replica.iteration(n_decode=64, context="2 ktok")
    assert small.time_s < large.time_s
    assert large.time_s / 64 < small.time_s / 8, "batching pays"
    assert replica.iteration(n_decode=8, context=2000, prefill_tokens=2000).time_s > small.time_s
    assert 0 < small.roofline_frac <= 1
    assert small.error.low < 1 < small.error.high
    assert small.dynamic_j > 0
    assert small.bound in ("compute", "memory", "attention", "communication", "overhead", "host")
    assert "time_s=" in repr(small)
    assert small.as_dict()["time_s"] == small.time_s
    steady = replica.steady(input=1000, output=500, batch=64)
    assert steady.out_token_s > 0
    assert steady.fits
    for wrong in ({"n_decode": -1}, {"n_decode": 8, "context": float("nan")}, {"n_decode": 0}, {"n_decode": 8, "context": 100, "clock": 2}):
        with pytest.raises(af.InputError):
            replica.iteration(**wrong)
    with pytest.raises(TypeError):
        replica.iteration(n_decode="many")


def test_a_replica_that_cannot_run_says_why(af):
    with pytest.raises(af.ScenarioError) as caught:
        af.Replica(model="lib:models/llama-3.1-405b", tp=1, precision="bf16")
    assert caught.value.diagnostics[0].code.startswith("AF24")


def test_models_count_their_parameters(af):
    assert af.Model("lib:models/llama-3.1-70b").parameters == pytest.approx(70.6e9, rel=0.01)
    mixture = af.Model("lib:models/deepseek-r1")
    assert mixture.active_parameters < 0.1 * mixture.parameters
    assert mixture.kv_byte("fp8", "8 ktok") == pytest.approx(8 * mixture.kv_byte("fp8", 1000))


def test_a_serving_run(af):
    workload = {
        "model": "lib:models/llama-3.1-8b",
        "tokens": {"input": {"p50": "1 ktok"}, "output": {"p50": 250 * af.q(1, "tok")}},
        "slo": {"ttft_p95": "2 s"},
    }
    slow = af.simulate_serving(workload, devices=1, rate="2 req/s", requests=400)
    fast = af.simulate_serving(workload, devices=1, rate=af.q(20, "req/s"), requests=400)
    assert slow.requests == slow.done == 400
    assert fast.out_token_s > slow.out_token_s
    assert fast.tpot_s.p50 >= slow.tpot_s.p50
    assert slow.ttft_s.p50 <= slow.ttft_s.p90 <= slow.ttft_s.p99
    assert fast.j_per_out_token < slow.j_per_out_token
    assert len(slow.windows) == 24
    again = af.simulate_serving(workload, devices=1, rate="2 req/s", requests=400, threads=1)
    assert again.out_token_s == slow.out_token_s
    with pytest.raises(af.ScenarioError):
        af.simulate_serving({"model": "lib:models/none"})
    with pytest.raises(af.ScenarioError, match="unknown key"):
        af.simulate_serving({**workload, "tokenz": 3})
    with pytest.raises(af.InputError):
        af.simulate_serving(workload, rate=2)  # of what?


def test_an_operating_map(af, tmp_path):
    replica = af.Replica(model="lib:models/llama-3.1-8b", tp=1)
    workload = {
        "model": "lib:models/llama-3.1-8b",
        "tokens": {"input": {"p50": "1 ktok"}, "output": {"p50": "250 tok"}},
        "slo": {"tpot_p95": "50 ms"},
    }
    m = af.operating_map(replica, workload, requests=1500, cache=tmp_path)
    half, full = m.at(0.5, 1.0), m.at(1.0, 1.0)
    assert 0 < half.out_token_s < full.out_token_s
    assert half.dynamic_w < full.dynamic_w
    assert m.at(0.5, 0.6).dynamic_w < half.dynamic_w
    assert m.capacity_out_token_s > 0
    assert any(tmp_path.iterdir())
    assert af.operating_map(replica, workload, requests=1500, cache=tmp_path).key == m.key
    with pytest.raises(af.InputError):
        m.at(-1, 1)


def test_the_serving_planner_gives_a_front(af):
    plan = af.plan_serving(model="lib:models/llama-3.1-70b", input="1 ktok", output="1 ktok", usd_per_device_hour=2)
    users = [p.user_token_s for p in plan.front]
    rates = [p.out_token_s_device for p in plan.front]
    assert users == sorted(users)
    assert rates == sorted(rates, reverse=True)
    assert plan.tried > plan.feasible / 100 > 0
    assert plan.best(user_token_s=users[len(users) // 2]).user_token_s >= users[len(users) // 2]
    assert all(p.usd_per_mtok > 0 for p in plan.front)
    assert len(plan.to_pandas()) == len(plan)
    assert not af.plan_serving(model="lib:models/llama-3.1-70b", tpot="1 us").front
    with pytest.raises(af.InputError):
        af.plan_serving(model="lib:models/llama-3.1-70b", ttft=1)


def test_a_training_plan(af):
    job = {"model": "lib:models/llama-3.1-70b", "precision": "bf16", "global_batch": 512}
    plan = af.plan_training(job, devices=256)
    assert sum(plan.part_s.values()) == pytest.approx(plan.step_s)
    assert plan.layout.tp * plan.layout.pp * plan.layout.dp * plan.layout.cp == 256
    assert 0.1 < plan.mfu < 0.8
    assert 0 < plan.goodput_frac <= 1
    assert af.plan_training(job, devices=512).step_s < plan.step_s
    with pytest.raises(af.InputError) as caught:
        af.plan_training({**job, "tp": 7}, devices=256)
    assert caught.value.diagnostics[0].code == "AF5063"
    with pytest.raises(af.InputError):
        af.plan_training(job, devices=0)


def test_a_power_flow(af):
    net = af.power.Network()
    source, middle = net.bus("grid", source=True), net.bus("board", p=0.2)
    ends = [net.bus(f"row {i}", p=0.1, q=0.03) for i in range(3)]
    net.branch(source, middle, r=0.01, x=0.05, name="transformer")
    for end in ends:
        net.branch(middle, end, r=0.02, x=0.01)
    radial = net.flow()
    assert radial.method == "radial sweep"
    assert min(radial.magnitude_pu) < 1 == radial.magnitude_pu[source]
    assert radial.from_p[0] == pytest.approx(0.5 + sum(radial.loss), rel=1e-8), "what enters is used or lost"
    net.branch(ends[0], ends[1], r=0.02, x=0.01, name="tie")
    meshed = net.flow()
    assert meshed.method == "newton"
    assert meshed.from_p[0] == pytest.approx(0.5 + sum(meshed.loss), rel=1e-8)
    net.branch(ends[1], ends[2], r=0.02, x=0.01, closed=False)
    assert net.flow().magnitude_pu == pytest.approx(meshed.magnitude_pu)
    net.p[ends[0]] = 50.0
    with pytest.raises(af.ConvergenceError):
        net.flow()
    net.p[ends[0]] = float("nan")
    with pytest.raises(af.InputError):
        net.flow()


def test_a_network_that_is_none(af):
    net = af.power.Network()
    net.bus("alone", p=1)
    with pytest.raises(af.InputError):
        net.flow()
    net.sources.append(7)
    with pytest.raises(af.InputError):
        net.flow()
    net.sources[:] = [0]
    net.bus("island", p=1)
    with pytest.raises(af.ScenarioError):
        net.flow()
    net.branch(0, 9, r=0.1, x=0.1)
    with pytest.raises(af.InputError, match="not both buses"):
        net.flow()


def test_the_electrical_chain_of_a_site(af, small):
    site = af.power.Site(small)
    w = site.solve([pod.rack.design_power for hall in small.halls for pod in hall.pods], mechanical="100 kW")
    assert w.utility_w == pytest.approx(w.it_w + 100e3 + sum(w.loss_w.values()), rel=1e-6)
    assert 0.8 < w.lowest_voltage_pu <= 1.0
    assert w.highest_element
    assert site.usable_it_w > 0
    own = af.power.Site(
        {"utility": {"capacity": "1 MW"}, "plant": {"blocks": {"count": 2, "it_capacity": "1 MW", "redundancy": "N"}}},
        groups=[("a", 20, "40 kW")],
    )
    assert own.solve("60 kW").binding, "1.2 MW of racks do not fit under 1 MW"
    with pytest.raises(af.InputError):
        own.solve(60e3)
    with pytest.raises(af.InputError):
        own.solve(["1 kW", "2 kW"])


def test_a_cooling_plant_and_its_design_day(af, small):
    racks = af.cooling.group("nvl", racks=192, liquid="115 kW", air="17 kW")
    plant = af.cooling.Plant(groups=[racks], altitude="94 m")
    cold, hot = plant.solve(af.cooling.weather("5 degC", 0.5)), plant.solve(af.cooling.weather("38 degC", 0.3))
    assert cold.electric_w < hot.electric_w
    for w in (cold, hot):
        assert abs(w.balance_residual) < 1e-6
        assert sum(w.part_w.values()) == pytest.approx(w.electric_w)
    assert plant.solve(af.cooling.weather("20 degC", 0.5), 0.3).electric_w < plant.solve(af.cooling.weather("20 degC", 0.5), 1.0).electric_w
    cases = plant.design_hour(af.cooling.weather("35 degC", 0.4))
    assert cases[0].out_of_service == ""
    assert all(c.liquid_margin_frac <= cases[0].liquid_margin_frac + 1e-9 for c in cases)
    assert any(row.motor_w > 0 for row in plant.schedule())
    warm = af.cooling.Plant({"liquid": {"supply": "45 degC"}}, groups=[racks])
    assert (
        warm.solve(af.cooling.weather("30 degC", 0.4)).electric_w
        < af.cooling.Plant({"liquid": {"supply": "32 degC"}}, groups=[racks]).solve(af.cooling.weather("30 degC", 0.4)).electric_w
    )
    assert af.cooling.Plant(small.cooling, groups=[racks])
    for wrong in ({"liquid": {"supply": 45}}, {"liquid": {"suply": "45 degC"}}):
        with pytest.raises(af.ScenarioError):
            af.cooling.Plant(wrong, groups=[racks])
    with pytest.raises(af.InputError):
        af.cooling.Plant(groups=[])
    with pytest.raises(af.InputError):
        plant.solve(af.cooling.weather("20 degC", 0.5), [1, 2])
    with pytest.raises(af.InputError):
        af.cooling.weather("20 degC", 3.0)


def test_a_site_as_built(af, small, result):
    site = af.Facility(small)
    pods = {p.id: p for p in site.pods}
    agents = pods["agents"]
    assert agents.racks == small["pods.agents.count"]
    assert agents.duty == "serving"
    m = site.operating_map("agents")
    assert m.at(1.0, 1.0).out_token_s * agents.replicas >= result["tokens.out.rate"].value.value
    assert len(site.cooling.groups) == len(site.power.groups) == len(pods)
    assert site.cooling.solve(af.cooling.weather("20 degC", 0.5)).electric_w > 0
    assert site.power.solve([p.rated_power for p in site.pods]).utility_w > site.design_it_w * 0.9
    with pytest.raises(af.InputError, match="serving"):
        site.operating_map("cpu")
    with pytest.raises(af.ScenarioError):
        af.Facility(small.patch({"cooling.air.supply": "20 degC"}))


def test_a_junction(af):
    device = af.Profile("lib:profiles/h200_sxm")
    cool, warm = (device.junction(power="600 W", coolant=c, case_resistance="0.02 K/W") for c in ("25 degC", "45 degC"))
    assert cool.junction_c < warm.junction_c
    assert cool.leakage_w < warm.leakage_w
    with pytest.raises(af.InputError):
        device.junction(power="600 W", coolant="20 K", case_resistance="0.02 K/W")


def test_a_collective(af):
    sizes = np.array([1e6, 1e8, 1e10])
    inside = af.network.collective("all_reduce", sizes, ranks=8, profile="lib:profiles/h100_sxm")
    across = af.network.collective("all_reduce", sizes, ranks=64, profile="lib:profiles/h100_sxm", nic="400 Gbit/s")
    assert (np.diff(inside.time_s) > 0).all()
    assert (across.time_s > inside.time_s).all()
    assert (inside.low_byte_s < inside.busbw_byte_s).all()
    assert isinstance(af.network.collective("all_to_all", "256 MB", ranks=8, profile="lib:profiles/h100_sxm").time_s, float)
    for wrong in ({"ranks": 1}, {"ranks": 8, "nic": "-3 GB/s"}, {"ranks": 8, "per_domain": 0}):
        with pytest.raises(af.InputError):
            af.network.collective("all_reduce", "1 MB", **{"link": "100 GB/s", **wrong})


def test_validation_figures_are_those_of_the_program(af):
    report = af.validate("network")
    assert report["suite"] == "network"
    assert report["metrics"]
    with pytest.raises(af.InputError, match="there are"):
        af.validate("astrology")
