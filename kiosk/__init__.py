"""The service lane of a dealership: lane kiosks, desk pagers, waiting-room boards, and the hub with the visits."""
