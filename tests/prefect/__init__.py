"""The probe against real Prefect servers, agents, workers and runners, all on loopback."""
