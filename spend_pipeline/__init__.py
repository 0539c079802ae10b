"""What a team still has, and what it spends, at every AI API provider it pays for."""
